#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch replay FILE…`
struct ReplayOptions {
  std::vector<std::string> files;
  std::string registry;
  std::string rules;
  std::string store;
  std::string keys;                    // secret file with SM4 keys; empty: none
  std::string until;                   // ISO time: a tick for every park at the end
  std::string received;                // ISO time: received time of raw HJ 212 bytes
  std::size_t batch_records = 20'000;  // how records are cut into commits; shows in no result
  bool modbus_crc = false;
};

/// Takes files through the very same steps as a running worker, into a store. Records whose offset
/// the store already has are passed over, so a replay can be repeated or continued. Prints counters
/// on standard output as JSON, progress on standard error.
ExitCode replay(const ReplayOptions& options);

}  // namespace parkwatch
