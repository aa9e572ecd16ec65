#include "app/secrets.h"

#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "app/whole_file.h"
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
  if (!is_mn(name)) {
    return Fault{"", 0, Severity::Fault, "`" + name + "` is no name of a key",
                 "use the name in devices.csv, an MN, or *"};
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

hj212::KeyLookup Secrets::by_mn() const {
  return [keys = keys](std::string_view mn) -> std::optional<hj212::Sm4Key> {
    auto found = keys.find(mn);
    if (found == keys.end()) found = keys.find("*");
    if (found == keys.end()) return std::nullopt;
    return found->second;
  };
}

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
  if (const std::optional<std::string> text = read_file(path)) return parse_secrets(path, *text);
  return {
      {},
      {{path, 0, Severity::Fault, "the file cannot be read", "check its path and permissions"}}};
}

Secrets read_secrets(const std::string& path) {
  LoadedSecrets loaded = load_secrets(path);
  if (!loaded.faults.empty()) throw std::runtime_error(loaded.faults.front().text());
  return std::move(loaded.secrets);
}

}  // namespace parkwatch
