#include "ingest/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parkwatch {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

/// The values of four letters; '=' counts as 0. Nothing for a letter outside the alphabet.
std::optional<std::uint32_t> word_of(std::string_view letters) {
  std::uint32_t word = 0;
  for (const char letter : letters) {
    const std::size_t value = letter == '=' ? 0 : alphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    word = word << 6 | static_cast<std::uint32_t>(value);
  }
  return word;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t word =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    const std::size_t letters = std::min<std::size_t>(bytes.size() - at, 3) + 1;
    for (std::size_t index = 0; index < 4; ++index) {
      const std::uint32_t value = word >> (18 - 6 * index) & 63U;
      text += index < letters ? alphabet[value] : '=';
    }
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  if (text.substr(0, text.size() - padding).find('=') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::optional<std::uint32_t> word = word_of(text.substr(at, 4));
    if (!word) return std::nullopt;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(*word >> shift & 255U);
  }
  for (std::size_t spare = 0; spare < padding; ++spare) {
    if (bytes.back() != '\0') return std::nullopt;
    bytes.pop_back();
  }
  return bytes;
}

}  // namespace parkwatch
