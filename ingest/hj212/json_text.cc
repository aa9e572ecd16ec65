#include <array>
#include <cstdint>
#include <cstdio>

#include "ingest/hj212/frame_json.h"
#include "model/utf8.h"

namespace parkwatch::hj212 {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

/// U+EF80 to U+EFFF, which stand for single bytes: EE BE 80 to EE BF BF.
bool is_stand_in(std::string_view text, std::size_t at) {
  return text.size() - at >= 3 && byte_at(text, at) == 0xEE &&
         (byte_at(text, at + 1) == 0xBE || byte_at(text, at + 1) == 0xBF) &&
         (byte_at(text, at + 2) & 0xC0U) == 0x80U;
}

void append_escape(unsigned code, std::string& out) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", code & 0xFFFFU);
  out.append(escape.data());
}

}  // namespace

void append_json_text(std::string_view bytes, std::string& out) {
  out.push_back('"');
  for (std::size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    const std::uint8_t byte = byte_at(bytes, at);
    const std::size_t length = utf8_sequence_length(bytes.substr(at));
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7F) {
      append_escape(byte, out);
    } else if (length == 0 || is_stand_in(bytes, at)) {
      append_escape(0xEF00U + byte, out);
      ++at;
      continue;
    } else {
      out.append(bytes.substr(at, length));
    }
    at += length;
  }
  out.push_back('"');
}

std::string restore_bytes(std::string_view value) {
  std::string bytes;
  bytes.reserve(value.size());
  for (std::size_t at = 0; at < value.size();) {
    if (is_stand_in(value, at)) {
      const unsigned high = byte_at(value, at + 1) == 0xBE ? 0x80U : 0xC0U;
      bytes.push_back(static_cast<char>(high | (byte_at(value, at + 2) & 0x3FU)));
      at += 3;
    } else {
      bytes.push_back(value[at++]);
    }
  }
  return bytes;
}

}  // namespace parkwatch::hj212
