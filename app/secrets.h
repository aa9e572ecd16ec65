#pragma once

#include <functional>
#include <map>
#include <string>

#include "ingest/hj212/frame.h"
#include "ingest/hj212/sm4.h"
#include "model/fault.h"

namespace parkwatch {

/// SM4 keys by name: the name that devices.csv gives, for `hj212 decode` an MN, or "*" for every
/// device without a key of its own.
struct Secrets {
  std::map<std::string, hj212::Sm4Key, std::less<>> keys;

  /// Looks a key up by MN, else "*". The lookup has its own copy of the keys.
  hj212::KeyLookup by_mn() const;
};

struct LoadedSecrets {
  Secrets secrets;
  Faults faults;  // never show a key
};

/// Reads lines `NAME = HEX` or `NAME = "HEX"` (32 hexadecimal digits); `#` begins a comment.
/// `file` is the name that faults show.
LoadedSecrets parse_secrets(const std::string& file, const std::string& text);

/// As above, from disk; a file that cannot be read is a fault.
LoadedSecrets load_secrets(const std::string& path);

/// As above, for commands that cannot go on without: throws std::runtime_error with the first
/// fault.
Secrets read_secrets(const std::string& path);

}  // namespace parkwatch
