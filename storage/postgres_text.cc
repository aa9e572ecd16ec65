#include "storage/postgres_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "model/utf8.h"

namespace parkwatch {

namespace {

constexpr std::string_view last_character = "\xf4\x8f\xbf\xbf";  // U+10FFFF
constexpr char escape = '\1';
constexpr std::string_view digits = "0123456789abcdef";

std::string utf8(std::uint32_t code) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto more = [&](int shift) { return byte(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0U | (code >> 6)), more(0)};
  if (code < 0x10000) return {byte(0xe0U | (code >> 12)), more(6), more(0)};
  return {byte(0xf0U | (code >> 18)), more(12), more(6), more(0)};
}

/// The greatest character whose bytes sort below `broken`, which begins with no character.
std::string character_below(std::string_view broken) {
  constexpr std::uint32_t surrogates_begin = 0xd800;
  constexpr std::uint32_t surrogates = 0x800;
  const auto nth = [](std::uint32_t n) { return utf8(n < surrogates_begin ? n : n + surrogates); };
  std::uint32_t below = 0x7f;  // what is broken begins above it
  std::uint32_t end = 0x110000 - surrogates;
  while (end - below > 1) {
    const std::uint32_t middle = below + (end - below) / 2;
    (nth(middle) < broken ? below : end) = middle;
  }
  return nth(below);
}

void append_character(std::string& form, std::string_view character) {
  if (character == std::string_view("\0", 1)) {
    form.append({escape, '\1'});
  } else if (character == "\1") {
    form.append({escape, '\2'});
  } else {
    form.append(character);
    if (character == last_character) form.push_back(escape);
  }
}

void append_broken(std::string& form, std::string_view rest) {
  append_character(form, character_below(rest));
  form.append(last_character);
  for (const char byte : rest) {
    const auto value = static_cast<unsigned char>(byte);
    form.push_back(digits[value >> 4]);
    form.push_back(digits[value & 0xfU]);
  }
}

/// Takes the last character away and puts the bytes of the digits in its place.
void replace_by_bytes(std::string& text, std::string_view hexadecimal) {
  const auto continues = [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
  };
  while (!text.empty() && continues(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    const std::size_t high = digits.find(hexadecimal[i]);
    const std::size_t low = digits.find(hexadecimal[i + 1]);
    text.push_back(static_cast<char>(static_cast<unsigned char>(high << 4 | low)));
  }
}

}  // namespace

std::string postgres_text(std::string_view text) {
  std::string form;
  form.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      append_broken(form, text);
      break;
    }
    append_character(form, text.substr(0, length));
    text.remove_prefix(length);
  }
  return form;
}

std::string text_from_postgres(std::string_view form) {
  if (form.find(escape) == std::string_view::npos &&
      form.find(last_character) == std::string_view::npos) {
    return std::string(form);
  }
  std::string text;
  while (!form.empty()) {
    if (form.starts_with(last_character)) {
      form.remove_prefix(last_character.size());
      if (!form.starts_with(escape)) {
        replace_by_bytes(text, form);
        return text;
      }
      text.append(last_character);
    } else if (form.front() == escape && form.size() > 1) {
      form.remove_prefix(1);
      text.push_back(form.front() == '\1' ? '\0' : '\1');
    } else {
      text.push_back(form.front());
    }
    form.remove_prefix(1);
  }
  return text;
}

}  // namespace parkwatch
