#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace parkwatch {

/// All bytes of a file; nothing when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

}  // namespace parkwatch
