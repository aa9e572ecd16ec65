#pragma once

#include <string>

namespace parkwatch {

/// The folder with the demonstration's registry, keys and data: deploy/demo beside the program,
/// above it (a build in the source tree), or under share/parkwatch (installed).
std::string default_demo_folder();

}  // namespace parkwatch
