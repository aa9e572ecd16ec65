#include "app/packed_row.h"

#include <cstdint>

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr char null_mark = 0;
constexpr char number_mark = 1;
constexpr char text_mark = 2;
constexpr int group_bits = 7;
constexpr std::uint64_t group = (std::uint64_t{1} << group_bits) - 1;

void append_count(std::string& bytes, std::uint64_t count) {
  for (; count > group; count >>= group_bits) {
    bytes.push_back(static_cast<char>((count & group) | (group + 1)));
  }
  bytes.push_back(static_cast<char>(count));
}

std::uint64_t take_count(std::string_view& bytes) {
  std::uint64_t count = 0;
  for (int shift = 0;; shift += group_bits) {
    check(!bytes.empty());
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    count |= (byte & group) << shift;
    if (byte <= group) return count;
  }
}

/// Small numbers of either sign become small counts.
std::uint64_t folded(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t unfolded(std::uint64_t count) {
  return static_cast<std::int64_t>((count >> 1) ^ (~(count & 1) + 1));
}

}  // namespace

void append_packed(std::string& bytes, std::span<const Cell> cells) {
  for (const Cell& cell : cells) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      bytes.push_back(number_mark);
      append_count(bytes, folded(*number));
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      bytes.push_back(text_mark);
      append_count(bytes, text->size());
      bytes += *text;
    } else {
      bytes.push_back(null_mark);
    }
  }
}

void append_unpacked(Row& row, std::string_view bytes) {
  while (!bytes.empty()) {
    const char mark = bytes.front();
    bytes.remove_prefix(1);
    if (mark == number_mark) {
      row.emplace_back(unfolded(take_count(bytes)));
    } else if (mark == text_mark) {
      const std::uint64_t size = take_count(bytes);
      check(size <= bytes.size());
      row.emplace_back(std::in_place_type<std::string>, bytes.substr(0, size));
      bytes.remove_prefix(size);
    } else {
      row.emplace_back();
    }
  }
}

}  // namespace parkwatch
