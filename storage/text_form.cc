#include "storage/text_form.h"

#include <cstddef>
#include <cstdint>

namespace parkwatch {

namespace {

/// The length of the well-formed UTF-8 character at the front (Unicode, table 3-7); 0 when there is
/// none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool beyond = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : size;
}

void append_control(std::string& line, char control) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (control) {
    case '\n':
      line += "\\n";
      return;
    case '\r':
      line += "\\r";
      return;
    case '\t':
      line += "\\t";
      return;
    default:
      line += "\\u00";
      line += digits[static_cast<unsigned char>(control) >> 4];
      line += digits[static_cast<unsigned char>(control) & 15];
  }
}

}  // namespace

void append_csv_text(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char character : text) {
    if (character == '"') line += '"';
    line += character;
  }
  line += '"';
}

void append_json_text(std::string& line, std::string_view text) {
  line += '"';
  while (!text.empty()) {
    const char front = text.front();
    const std::size_t size = character_size(text);
    if (size == 0) {
      line += "\xEF\xBF\xBD";
    } else if (static_cast<unsigned char>(front) < 0x20) {
      append_control(line, front);
    } else {
      if (front == '"' || front == '\\') line += '\\';
      line += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  line += '"';
}

}  // namespace parkwatch
