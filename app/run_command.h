#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch run`
struct RunOptions {
  std::string config_file;
  std::vector<std::pair<std::string, std::string>> flags;  // "section.key", value
};

/// Runs until SIGTERM or SIGINT, then drains; a second signal ends at once. SIGHUP reads registry
/// and rules again. What a dependency's absence ends for good throws as Program::start.
ExitCode run(const RunOptions& options);

}  // namespace parkwatch
