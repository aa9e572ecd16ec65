#include "storage/key_order.h"

#include <cstdint>

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr char null_mark = 1;
constexpr char number_mark = 2;
constexpr char text_mark = 3;

void append_number(std::string& bytes, std::int64_t number) {
  // The sign bit is flipped so that negative numbers come first.
  const std::uint64_t shifted = static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(shifted >> shift)));
  }
}

void append_text(std::string& bytes, const std::string& text) {
  // A zero byte inside is followed by 255, the end by 0: a shorter text stays below a longer one.
  for (const char byte : text) {
    bytes.push_back(byte);
    if (byte == '\0') bytes.push_back('\xff');
  }
  bytes.append(2, '\0');
}

std::int64_t take_number(std::string_view& bytes) {
  check(bytes.size() >= 8);
  std::uint64_t shifted = 0;
  for (const char byte : bytes.substr(0, 8)) {
    shifted = (shifted << 8) | static_cast<unsigned char>(byte);
  }
  bytes.remove_prefix(8);
  return static_cast<std::int64_t>(shifted ^ (std::uint64_t{1} << 63));
}

std::string take_text(std::string_view& bytes) {
  std::string text;
  for (;;) {
    const std::size_t zero = bytes.find('\0');
    check(zero + 1 < bytes.size());
    text += bytes.substr(0, zero);
    const bool end = bytes[zero + 1] == '\0';
    bytes.remove_prefix(zero + 2);
    if (end) return text;
    text += '\0';
  }
}

}  // namespace

void append_ordered(std::string& bytes, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    bytes.push_back(number_mark);
    append_number(bytes, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    bytes.push_back(text_mark);
    append_text(bytes, *text);
  } else {
    bytes.push_back(null_mark);
  }
}

Cell take_ordered(std::string_view& bytes) {
  check(!bytes.empty());
  const char mark = bytes.front();
  bytes.remove_prefix(1);
  if (mark == number_mark) return take_number(bytes);
  if (mark == text_mark) return take_text(bytes);
  return {};
}

std::string ordered_key(std::span<const Cell> cells) {
  std::string bytes;
  for (const Cell& cell : cells) append_ordered(bytes, cell);
  return bytes;
}

}  // namespace parkwatch
