#include "app/packed_row.h"

#include <algorithm>

#include "model/check.h"
#include "model/packed_bytes.h"

namespace parkwatch {

namespace {

constexpr char null_mark = 0;
constexpr char number_mark = 1;
constexpr char text_mark = 2;
constexpr char known_text_mark = 3;

}  // namespace

std::size_t RowPacker::index(std::string_view text) {
  const auto found = std::find(texts_.begin(), texts_.end(), text);
  const auto at = static_cast<std::size_t>(found - texts_.begin());
  if (found == texts_.end() && at < texts_most) texts_.emplace_back(text);
  return at;
}

void RowPacker::append(std::string& bytes, std::span<const Cell> cells) {
  for (const Cell& cell : cells) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      bytes.push_back(number_mark);
      append_signed_varint(bytes, *number);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      const std::size_t known = text->size() == hash_size ? index(*text) : texts_most;
      bytes.push_back(known < texts_most ? known_text_mark : text_mark);
      if (known < texts_most) {
        append_varint(bytes, known);
      } else {
        append_sized_text(bytes, *text);
      }
    } else {
      bytes.push_back(null_mark);
    }
  }
}

void RowPacker::take(Row& row, std::string_view bytes) const {
  PackedReader reader(bytes);
  while (!reader.done()) {
    const char mark = reader.text(1).front();
    if (mark == number_mark) {
      row.emplace_back(reader.signed_varint());
    } else if (mark == text_mark) {
      row.emplace_back(std::in_place_type<std::string>, reader.sized_text());
    } else if (mark == known_text_mark) {
      row.emplace_back(texts_.at(reader.varint()));
    } else {
      row.emplace_back();
    }
  }
  check(!reader.failed());
}

}  // namespace parkwatch
