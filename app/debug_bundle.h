#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch debug bundle`: what whoever helps needs to see, and no secret.
struct DebugBundleOptions {
  std::string config_file;
  std::vector<std::pair<std::string, std::string>> settings;  // "section.key", value
  std::string folder;                                         // made; must not exist
};

/// Writes one file for each thing that is looked at: version and machine, settings with their
/// origins, what `doctor` says, the sets' files by size and hash, counters and progress of the
/// store, metrics and readiness of the running process. What cannot be had is said in its file; it
/// is no fault. Only the owner can read the folder. Prints the files' names.
/// Runtime when the folder cannot be written, else Ok.
ExitCode write_debug_bundle(const DebugBundleOptions& options, std::ostream& out,
                            std::ostream& err);

}  // namespace parkwatch
