#pragma once

#include <string>

namespace parkwatch {

/// "parkwatch 0.1.0"
std::string version_text();

}  // namespace parkwatch
