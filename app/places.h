#pragma once

#include <string>

namespace parkwatch {

/// The folder of rule files that belongs to this program: beside it, above it (a build in the source tree) or
/// under share/parkwatch (installed). "rules" when there is none.
std::string default_rules_folder();

/// The same for the demonstration's files.
std::string default_demo_folder();

}  // namespace parkwatch
