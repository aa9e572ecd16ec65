#include "app/secrets.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "model/codes.h"

namespace parkwatch {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What is wrong with the line, or nothing. Never contains the key.
std::optional<Fault> read_line(std::string_view line, Secrets& secrets) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    return Fault{"", 0, Severity::Fault, "the line is no key",
                 "write NAME = 32 hexadecimal digits"};
  }
  const std::string name(trimmed(line.substr(0, equals)));
  std::string_view value = trimmed(line.substr(equals + 1));
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  if (!is_id(name)) {
    return Fault{"", 0, Severity::Fault, "`" + name + "` is no name of a key",
                 "use 1 to 64 letters, digits or . _ : - without blanks"};
  }
  const std::optional<hj212::Sm4Key> key = hj212::parse_sm4_key(value);
  if (!key) {
    return Fault{"", 0, Severity::Fault, "the key `" + name + "` is not 32 hexadecimal digits",
                 "write its 16 bytes as 32 hexadecimal digits"};
  }
  if (secrets.keys.emplace(name, *key).second) return std::nullopt;
  return Fault{"", 0, Severity::Fault, "the key `" + name + "` stands twice", "remove one"};
}

}  // namespace

LoadedSecrets parse_secrets(const std::string& file, const std::string& text) {
  LoadedSecrets loaded;
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    std::optional<Fault> fault = read_line(line, loaded.secrets);
    if (!fault) continue;
    fault->file = file;
    fault->line = number;
    loaded.faults.push_back(std::move(*fault));
  }
  return loaded;
}

LoadedSecrets load_secrets(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.is_open() && !file.bad()) return parse_secrets(path, text);
  return {
      {},
      {{path, 0, Severity::Fault, "the file cannot be read", "check its path and permissions"}}};
}

}  // namespace parkwatch
