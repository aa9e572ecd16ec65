#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// What `parkwatch check` was asked.
struct CheckOptions {
  std::string config;    // TOML file; empty: none
  std::string registry;  // folder; empty: as the configuration says
  std::string rules;     // folder; empty: as the configuration says
  std::string keys;      // secret file; empty: as the configuration says
  bool json = false;
  std::vector<std::pair<std::string, std::string>> settings;  // section.key, value
  std::map<std::string, std::string> environment;             // see parkwatch_environment()
};

/// Checks configuration, registry, rules and keys, and prints every fault as `file:line: ...`.
/// Configuration for faults; Ok when there are none, warnings or not. Writes nothing else.
ExitCode run_check(const CheckOptions& options, std::ostream& out);

}  // namespace parkwatch
