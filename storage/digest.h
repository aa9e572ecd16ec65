#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace parkwatch {

/// The 32 bytes of a SHA-256.
using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
/// 64 lower-case hexadecimal digits.
std::string hex(const Digest& digest);
std::string sha256_hex(std::string_view bytes);

}  // namespace parkwatch
