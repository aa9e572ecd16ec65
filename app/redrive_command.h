#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch topics redrive`
struct RedriveOptions {
  std::string config_file;
  std::vector<std::pair<std::string, std::string>> settings;  // "section.key", value
  std::string reason;                                         // empty: every reason
  std::string from;                                           // ISO 8601; empty: from the first
  bool dry_run = false;
  bool force = false;
};

/// Sends dead letters of the store back to the input topic, once each, and says on standard output
/// how many. Beside a running process: the store is only read. Findings when some are refused,
/// because they would end the same way. Throws UsageError, BrokerUnavailable, BrokerRefused,
/// StoreRefused, StoreUnavailable.
ExitCode redrive(const RedriveOptions& options);

}  // namespace parkwatch
