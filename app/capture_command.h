#pragma once

#include <string>

#include "app/exit_code.h"
#include "ingest/broker.h"

namespace parkwatch {

/// `parkwatch capture`
struct CaptureOptions {
  BrokerSettings broker;
  std::string topic;
  std::string output = "-";  // a file, or "-": standard output
  /// Stop at the ends that the partitions have at the start; else on SIGINT or SIGTERM.
  bool until_end = false;
};

/// Writes a topic's records, from the oldest on, as a capture (ingest/capture_file.h): each
/// partition in offset order. Progress goes to standard error. Joins no group and commits nothing.
/// Throws BrokerRefused, BrokerUnavailable, std::system_error.
ExitCode capture_topic(const CaptureOptions& options);

}  // namespace parkwatch
