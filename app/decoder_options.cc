#include "app/decoder_options.h"

#include <map>
#include <stdexcept>
#include <toml++/toml.h>

namespace parkwatch {

namespace {

/// `name = "32 hexadecimal digits"` lines.
std::map<std::string, hj212::Sm4Key> load_sm4_keys(const std::string& path) try {
  std::map<std::string, hj212::Sm4Key> keys;
  for (const auto& [name, value] : toml::parse_file(path)) {
    const std::optional<hj212::Sm4Key> key =
        value.is_string() ? hj212::parse_sm4_key(value.as_string()->get()) : std::nullopt;
    if (!key) {
      throw std::invalid_argument(path + ": key " + std::string(name.str()) +
                                  " is not 32 hexadecimal digits in quotes");
    }
    keys.emplace(name.str(), *key);
  }
  return keys;
} catch (const toml::parse_error& error) {
  throw std::invalid_argument(path + ": " + std::string(error.description()));
}

}  // namespace

Decoder::Options decoder_options(const ActiveSet& set, const std::string& secret_file,
                                 bool modbus_crc) {
  Decoder::Options options;
  options.frames.modbus_crc = modbus_crc;
  for (const Factor& factor : set.rules.factors) {
    if (!factor.code_2005.empty()) options.codes_2005.emplace_back(factor.code_2005, factor.code);
  }
  if (secret_file.empty()) return options;
  const std::map<std::string, hj212::Sm4Key> keys = load_sm4_keys(secret_file);
  std::map<std::string, hj212::Sm4Key, std::less<>> by_mn;
  for (const Device& device : set.registry.devices) {
    const auto key = keys.find(device.sm4_key);
    if (key != keys.end()) by_mn.emplace(device.mn, key->second);
  }
  options.frames.keys = [by_mn = std::move(by_mn)](std::string_view mn)
      -> std::optional<hj212::Sm4Key> {
    const auto found = by_mn.find(mn);
    if (found == by_mn.end()) return std::nullopt;
    return found->second;
  };
  return options;
}

}  // namespace parkwatch
