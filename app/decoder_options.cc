#include "app/decoder_options.h"

#include <map>
#include <stdexcept>

#include "app/secrets.h"

namespace parkwatch {

Decoder::Options decoder_options(const ActiveSet& set, const std::string& secret_file,
                                 bool modbus_crc) {
  Decoder::Options options;
  options.frames.modbus_crc = modbus_crc;
  for (const Factor& factor : set.rules.factors) {
    if (!factor.code_2005.empty()) options.codes_2005.emplace_back(factor.code_2005, factor.code);
  }
  if (secret_file.empty()) return options;
  const LoadedSecrets loaded = load_secrets(secret_file);
  if (!loaded.faults.empty()) throw std::invalid_argument(loaded.faults.front().text());
  const auto& keys = loaded.secrets.keys;
  std::map<std::string, hj212::Sm4Key, std::less<>> by_mn;
  for (const RegisteredDevice& device : set.registry.devices) {
    const auto key = keys.find(device.sm4_key);
    if (key != keys.end()) by_mn.emplace(device.mn, key->second);
  }
  options.frames.keys =
      [by_mn = std::move(by_mn)](std::string_view mn) -> std::optional<hj212::Sm4Key> {
    const auto found = by_mn.find(mn);
    if (found == by_mn.end()) return std::nullopt;
    return found->second;
  };
  return options;
}

}  // namespace parkwatch
