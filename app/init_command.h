#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// What `parkwatch init` was asked.
struct InitOptions {
  std::string folder;  // made when it does not exist
  bool rules = false;  // also the rules, to edit them
};

/// Writes DIR/parkwatch.toml and DIR/registry/*.csv to start from. Nothing is overwritten: if any
/// of the files exists, nothing is written and the answer is Usage. Throws std::system_error when
/// the folder cannot be written.
ExitCode run_init(const InitOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace parkwatch
