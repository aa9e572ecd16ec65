#include "app/key_file.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace parkwatch {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

KeyFile KeyFile::parse(std::string_view text, const std::string& path) {
  KeyFile file;
  int number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto fault = [&](const char* what) {
      return std::runtime_error(path + ":" + std::to_string(number) + ": " + what);
    };
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) throw fault("expected NAME = 32 hexadecimal digits");
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::optional<hj212::Sm4Key> key = hj212::parse_sm4_key(trimmed(line.substr(equals + 1)));
    if (name.empty()) throw fault("a key without a name");
    if (!key) throw fault("the key is not 32 hexadecimal digits");
    if (!file.keys_.emplace(name, *key).second) throw fault("a second key of this name");
  }
  return file;
}

KeyFile KeyFile::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse(text, path);
}

std::optional<hj212::Sm4Key> KeyFile::find(std::string_view name) const {
  const auto found = keys_.find(name);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

hj212::KeyLookup KeyFile::by_mn() const {
  return [file = *this](std::string_view mn) {
    const std::optional<hj212::Sm4Key> own = file.find(mn);
    return own ? own : file.find("*");
  };
}

}  // namespace parkwatch
