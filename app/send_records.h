#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"

namespace parkwatch {

/// A record for the input topic.
struct OutgoingRecord {
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string payload;
  bool tombstone = false;  // a null payload
};

/// Appends all to the input topic in this order and waits for the acknowledgements. Throws
/// BrokerRefused, and BrokerUnavailable that says how many of the `things` have arrived.
void send_records(const Config& config, std::span<const OutgoingRecord> records,
                  const std::string& things);

}  // namespace parkwatch
