#include <algorithm>

#include "app/config.h"
#include "app/config_options.h"
#include "storage/store.h"

namespace parkwatch {

namespace {

std::string allowed(const ConfigOption& option) {
  Config defaults;
  const ConfigOption::Field field = option.field(defaults);
  if (std::holds_alternative<bool*>(field)) return "true, false";
  if (std::holds_alternative<std::int64_t*>(field)) {
    return std::to_string(option.least) + " to " + std::to_string(option.greatest);
  }
  std::string words(option.words);
  for (std::size_t at = 0; (at = words.find(' ', at)) != std::string::npos; at += 2) {
    words.replace(at, 1, ", ");
  }
  if (option.secret) return "text, secret";
  return words.empty() ? "text" : words;
}

constexpr std::string_view introduction =
    R"(# Configuration

One TOML file, named by `--config`. Every setting may also come from the environment as `PARKWATCH_SECTION__KEY`
(`PARKWATCH_KAFKA__BOOTSTRAP`), for a secret also as `PARKWATCH_SECTION__KEY_FILE` with the name of a file that holds it, or from
a flag `--set section.key=value`. Flags beat the environment, the environment beats the file, the file beats the default. An unknown
key is a fault; `parkwatch check --config FILE` names all faults at once, with file and line. `parkwatch config default` prints
this table as a file to start from.

Further settings of the Kafka client, by librdkafka's names, go into a table of their own; those that Parkwatch's guarantees rest on
are refused:

```toml
[kafka.client]
"ssl.certificate.location" = "/etc/parkwatch/client.pem"
```

<!-- Printed by `parkwatch config document`; do not edit by hand. -->
)";

/// Whether a setting of the Kafka client holds a secret, by its librdkafka name.
bool secret_client_setting(std::string_view name) {
  constexpr std::string_view parts[] = {"password", "secret", "key.pem", "oauthbearer.config",
                                        "private"};
  return std::any_of(std::begin(parts), std::end(parts), [&](std::string_view part) {
    return name.find(part) != std::string_view::npos;
  });
}

/// `key = value`; of a secret that is set only a comment, so that the text stays a sound file.
std::string setting_line(const ConfigOption& option, Config& config) {
  const std::string key(option.key);
  if (option.name() == "store.url") {
    Config shown;
    shown.store.url = shown_store_url(config.store.url);
    return key + " = " + toml_value(option, shown);
  }
  const std::string value = toml_value(option, config);
  if (option.secret && value != "\"\"") return "# " + key + " is set, a secret";
  return key + " = " + value;
}

std::string client_lines(const std::map<std::string, std::string>& settings) {
  if (settings.empty()) return {};
  std::string text = "\n[kafka.client]\n";
  for (const auto& [name, value] : settings) {
    if (secret_client_setting(name)) {
      text += "# \"" + name + "\" is set, a secret\n";
    } else {
      text += quoted_toml(name) + " = " + quoted_toml(value) + "\n";
    }
  }
  return text;
}

}  // namespace

std::string config_text(const LoadedConfig& loaded, bool all, bool origins) {
  Config config = loaded.config;
  std::string text;
  std::string_view section;
  const auto end_section = [&] {
    if (section == "kafka") text += client_lines(config.kafka.client);
  };
  for (const ConfigOption& option : config_options()) {
    const auto origin = loaded.origins.find(option.name());
    const bool set = origin != loaded.origins.end();
    const bool heads_client = option.section == "kafka" && !config.kafka.client.empty();
    if (!all && !set && !heads_client) continue;
    if (option.section != section) {
      end_section();
      section = option.section;
      text += (text.empty() ? "[" : "\n[") + std::string(section) + "]\n";
    }
    if (!all && !set) continue;
    text += setting_line(option, config);
    if (origins) text += "  # " + (set ? origin->second : "default");
    text += '\n';
  }
  end_section();
  return text;
}

std::string default_config_text() {
  Config defaults;
  std::string text =
      "# Every setting at its default. Flags beat the environment (PARKWATCH_SECTION__KEY), which "
      "beats "
      "this file.\n";
  std::string_view section;
  for (const ConfigOption& option : config_options()) {
    if (option.section != section) text += "\n[" + std::string(option.section) + "]\n";
    section = option.section;
    text += "# " + std::string(option.help) + " (" + allowed(option) + ")\n";
    text += std::string(option.key) + " = " + toml_value(option, defaults) + "\n";
  }
  return text;
}

std::string config_document() {
  Config defaults;
  std::string text(introduction);
  std::string_view section;
  for (const ConfigOption& option : config_options()) {
    if (option.section != section) {
      text += "\n## [" + std::string(option.section) +
              "]\n\n| Key | Default | Allowed | Meaning |\n" + "|---|---|---|---|\n";
    }
    section = option.section;
    const std::string value = toml_value(option, defaults);
    text += "| `" + std::string(option.key) + "` | " + (value == "\"\"" ? "" : "`" + value + "`") +
            " | " + allowed(option) + " | " + std::string(option.help) + " |\n";
  }
  return text;
}

}  // namespace parkwatch
