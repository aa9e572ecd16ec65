#pragma once

#include <map>
#include <string>

namespace parkwatch {

/// A registry folder to start from, by file name: each file with its columns explained in comments
/// and one invented example, so that the folder passes `check` without a warning.
std::map<std::string, std::string> starter_registry();

/// A configuration to start from, for the folder that also holds `registry`.
std::string starter_config();

/// docs/registry.md: the registry's files and columns; `parkwatch config document-registry`.
std::string registry_document();

}  // namespace parkwatch
