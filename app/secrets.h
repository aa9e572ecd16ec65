#pragma once

#include <map>
#include <string>

#include "ingest/hj212/sm4.h"
#include "model/fault.h"

namespace parkwatch {

/// SM4 keys by the name that devices.csv gives them.
struct Secrets {
  std::map<std::string, hj212::Sm4Key> keys;
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

}  // namespace parkwatch
