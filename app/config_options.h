#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "app/config.h"

namespace parkwatch {

/// A setting: what it is called, where it is kept, what it may be. Its type is the field's.
struct ConfigOption {
  std::string_view section;
  std::string_view key;
  using Field = std::variant<std::string*, std::int64_t*, bool*>;
  Field (*field)(Config& config);
  std::string_view help;   // one sentence, without a final stop
  std::int64_t least = 0;  // of a number
  std::int64_t greatest = 0;
  std::string_view words;  // allowed words between blanks; empty: any text
  bool list = false;       // several of them, with commas between
  bool secret = false;     // KEY_FILE is taken too; never printed

  std::string name() const;      // section.key
  std::string variable() const;  // PARKWATCH_SECTION__KEY
};

/// All settings, in the order of documents and starter files.
std::span<const ConfigOption> config_options();
/// By section.key; null when there is none.
const ConfigOption* find_config_option(std::string_view name);

/// The text as TOML writes it, in quotes.
std::string quoted_toml(std::string_view text);

/// The value as TOML writes it.
std::string toml_value(const ConfigOption& option, Config& config);

/// Puts the text into its field. What is wrong with it, or nothing.
std::optional<std::string> set_option(const ConfigOption& option, std::string_view text,
                                      Config& config);

}  // namespace parkwatch
