#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/hj212/frame.h"

namespace parkwatch {

/// The SM4 keys of a secret file, by name: an MN, a key id that the registry gives to devices, or
/// "*" for every device without a key of its own.
///
/// One "NAME = 32 hexadecimal digits" a line; empty lines and lines that begin with "#" are left
/// out.
class KeyFile {
 public:
  KeyFile() = default;
  /// Throws std::runtime_error naming file and line when the file cannot be read or a line is not
  /// as it should be. Keys never appear in messages.
  static KeyFile read(const std::string& path);
  static KeyFile parse(std::string_view text, const std::string& path);

  /// The key of that name; "*" is not asked for.
  std::optional<hj212::Sm4Key> find(std::string_view name) const;
  /// Looks a key up by MN, else "*". The lookup has its own copy of the keys.
  hj212::KeyLookup by_mn() const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, hj212::Sm4Key, std::less<>> keys_;
};

}  // namespace parkwatch
