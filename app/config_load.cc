#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/config.h"
#include "app/config_options.h"
#include "app/whole_file.h"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace parkwatch {

namespace {

constexpr std::string_view prefix = "PARKWATCH_";
constexpr std::string_view file_suffix = "_FILE";

/// The option whose name is nearest, to say what may have been meant.
std::string nearest(const std::string& name) {
  const auto common = [&](const std::string& other) {
    std::size_t same = 0;
    while (same < std::min(name.size(), other.size()) && name[same] == other[same]) ++same;
    return same;
  };
  std::string best;
  for (const ConfigOption& option : config_options()) {
    if (best.empty() || common(option.name()) > common(best)) best = option.name();
  }
  return best;
}

/// One load: what was set so far, and what was wrong.
class Loader {
 public:
  LoadedConfig loaded;

  void file(const std::string& path);
  void environment(const std::map<std::string, std::string>& variables);
  void flags(const std::vector<std::pair<std::string, std::string>>& flags);

 private:
  void fault(const std::string& where, int line, std::string message, std::string advice) {
    loaded.faults.push_back({where, line, Severity::Fault, std::move(message), std::move(advice)});
  }
  void unknown(const std::string& where, int line, const std::string& name) {
    fault(where, line, "unknown key `" + name + "`",
          "check its spelling (`" + nearest(name) + "`?); `parkwatch config default` lists all");
  }
  void set(const std::string& where, int line, const ConfigOption& option, std::string_view text) {
    if (const auto advice = set_option(option, text, loaded.config); advice) {
      const std::string shown = option.secret ? "" : ": `" + std::string(text) + "`";
      fault(where, line, "`" + option.name() + "` is refused" + shown, *advice);
      return;
    }
    loaded.origins[option.name()] = line > 0 ? where + ":" + std::to_string(line) : where;
  }
  void section(const std::string& path, std::string_view name, const toml::node& node);
  void entry(const std::string& path, const std::string& name, const toml::node& node);
  void client(const std::string& path, const toml::node& node);
  void variable(const std::string& name, const std::string& value);
};

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

/// A TOML value as set_option() reads it; nothing for arrays, tables, dates and fractions.
std::optional<std::string> plain_text(const ConfigOption& option, const toml::node& node) {
  Config defaults;
  const ConfigOption::Field field = option.field(defaults);
  if (const auto* text = node.as_string(); text && std::holds_alternative<std::string*>(field)) {
    return text->get();
  }
  if (const auto* number = node.as_integer();
      number && std::holds_alternative<std::int64_t*>(field)) {
    return std::to_string(number->get());
  }
  if (const auto* flag = node.as_boolean(); flag && std::holds_alternative<bool*>(field)) {
    return flag->get() ? "true" : "false";
  }
  return std::nullopt;
}

std::string type_advice(const ConfigOption& option) {
  Config defaults;
  const ConfigOption::Field field = option.field(defaults);
  if (std::holds_alternative<std::string*>(field)) return "write a text in quotes";
  if (std::holds_alternative<bool*>(field)) return "write true or false, without quotes";
  return "write a whole number, without quotes";
}

void Loader::entry(const std::string& path, const std::string& name, const toml::node& node) {
  const ConfigOption* option = find_config_option(name);
  if (option == nullptr) return unknown(path, line_of(node), name);
  const std::optional<std::string> text = plain_text(*option, node);
  if (text) return set(path, line_of(node), *option, *text);
  fault(path, line_of(node), "`" + name + "` has the wrong type", type_advice(*option));
}

void Loader::client(const std::string& path, const toml::node& node) {
  const toml::table* settings = node.as_table();
  if (settings == nullptr) {
    fault(path, line_of(node), "`kafka.client` is no table", "write it as [kafka.client]");
    return;
  }
  for (const auto& [key, value] : *settings) {
    const std::string name(key.str());
    if (const auto* text = value.as_string()) {
      loaded.config.kafka.client[name] = text->get();
    } else {
      fault(path, line_of(value), "`kafka.client." + name + "` has the wrong type",
            "write a text in quotes; names with dots need quotes as well");
    }
  }
}

void Loader::section(const std::string& path, std::string_view name, const toml::node& node) {
  const toml::table* table = node.as_table();
  const auto options = config_options();
  const bool known = std::any_of(options.begin(), options.end(), [&](const ConfigOption& option) {
    return option.section == name;
  });
  if (!known || table == nullptr) return unknown(path, line_of(node), std::string(name));
  for (const auto& [key, value] : *table) {
    const std::string full = std::string(name) + "." + std::string(key.str());
    if (full == "kafka.client") {
      client(path, value);
    } else {
      entry(path, full, value);
    }
  }
}

void Loader::file(const std::string& path) {
  const std::optional<std::string> text = read_file(path);
  if (!text) {
    fault(path, 0, "the file cannot be read", "check its path and permissions");
    return;
  }
  try {
    const toml::table table = toml::parse(*text, path);
    for (const auto& [name, node] : table) section(path, name.str(), node);
  } catch (const toml::parse_error& error) {
    fault(path, static_cast<int>(error.source().begin.line),
          "the file is no TOML: " + std::string(error.description()), "see https://toml.io");
  }
}

void Loader::variable(const std::string& name, const std::string& value) {
  for (const ConfigOption& option : config_options()) {
    const std::string own = option.variable();
    if (name == own) return set(name, 0, option, value);
    if (!option.secret || name != own + std::string(file_suffix)) continue;
    std::optional<std::string> text = read_file(value);
    if (!text) {
      fault(name, 0, "the file `" + value + "` cannot be read", "check its path and permissions");
      return;
    }
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    return set(name, 0, option, *text);
  }
  fault(name, 0, "the environment variable names no setting",
        "names are PARKWATCH_SECTION__KEY, with _FILE after it for secrets only; unset it");
}

void Loader::environment(const std::map<std::string, std::string>& variables) {
  for (const auto& [name, value] : variables) {
    const bool setting = name.starts_with(prefix) && name.find("__") != std::string::npos;
    if (setting) variable(name, value);
  }
}

void Loader::flags(const std::vector<std::pair<std::string, std::string>>& flags) {
  for (const auto& [name, value] : flags) {
    const ConfigOption* option = find_config_option(name);
    if (option == nullptr) {
      unknown("--set", 0, name);
    } else {
      set("--set " + name, 0, *option, value);
    }
  }
}

}  // namespace

LoadedConfig load_config(const ConfigSources& sources) {
  Loader loader;
  if (!sources.file.empty()) loader.file(sources.file);
  loader.environment(sources.environment);
  loader.flags(sources.flags);
  return std::move(loader.loaded);
}

std::map<std::string, std::string> parkwatch_environment() {
  std::map<std::string, std::string> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const std::size_t equals = entry.find('=');
    if (!entry.starts_with(prefix) || equals == std::string_view::npos) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return variables;
}

}  // namespace parkwatch
