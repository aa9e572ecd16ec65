#include "model/document.h"

#include <algorithm>

namespace parkwatch {

namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

void escape(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F && c != '%' && c != ';' && c != '=') {
      out += c;
      continue;
    }
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
}

std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const std::size_t high = digits.find(text[i + 1]);
    const std::size_t low = digits.find(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

std::string_view Document::member(std::string_view name) const {
  const auto found = members.find(name);
  return found == members.end() ? std::string_view() : std::string_view(found->second);
}

std::string pack_members(const DocumentMembers& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    if (!text.empty()) text += ';';
    escape(text, name);
    text += '=';
    escape(text, value);
  }
  return text;
}

Result<DocumentMembers, std::string> unpack_members(std::string_view text) {
  DocumentMembers members;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return Unexpected{"no '=' in '" + std::string(pair) + "'"};
    }
    const std::optional<std::string> name = unescape(pair.substr(0, equals));
    const std::optional<std::string> value = unescape(pair.substr(equals + 1));
    if (!name || !value) return Unexpected{"a bad %XX in '" + std::string(pair) + "'"};
    if (!members.emplace(*name, *value).second) {
      return Unexpected{"member '" + *name + "' twice"};
    }
  }
  return members;
}

}  // namespace parkwatch
