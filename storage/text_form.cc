#include "storage/text_form.h"

#include <cstddef>

#include "model/utf8.h"

namespace parkwatch {

namespace {

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

void append_json_text(std::string& line, std::string_view text) {
  line += '"';
  while (!text.empty()) {
    const char front = text.front();
    const std::size_t size = utf8_sequence_length(text);
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
