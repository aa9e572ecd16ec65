#pragma once

#include <string>

namespace parkwatch {

/// "0.1.0"
std::string version_number();
/// The commit the program was built from; "unknown" outside a repository.
std::string source_revision();
/// "parkwatch 0.1.0"
std::string version_text();

}  // namespace parkwatch
