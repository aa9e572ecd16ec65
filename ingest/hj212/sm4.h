#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parkwatch::hj212 {

/// A key of HJ 212-2025 6.4: SM4, 128 bits.
using Sm4Key = std::array<std::uint8_t, 16>;

/// Reads 32 hexadecimal digits; nothing for any other text.
std::optional<Sm4Key> parse_sm4_key(std::string_view hexadecimal);

/// SM4-ECB without padding of the whole 16-byte blocks of `text`; the rest of fewer than 16 bytes
/// is appended in clear, as HJ 212-2025 6.4.2 says. Appends to `out`.
/// Throws std::runtime_error when the crypto library has no SM4.
void sm4_encrypt(const Sm4Key& key, std::string_view text, std::string& out);

/// The inverse of `sm4_encrypt`. Appends to `out`.
void sm4_decrypt(const Sm4Key& key, std::string_view bytes, std::string& out);

}  // namespace parkwatch::hj212
