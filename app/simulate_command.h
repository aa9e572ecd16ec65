#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "app/exit_code.h"
#include "app/logger_link.h"
#include "app/simulated_logger.h"
#include "app/simulated_population.h"
#include "ingest/broker.h"

namespace parkwatch {

/// `parkwatch simulate`: a seeded population of data loggers.
struct SimulateOptions {
  PopulationOptions population;
  SimulationOptions simulation;  // from, to and rates
  double speed = 1;              // simulated seconds a second; 0: as fast as they are answered

  /// Exactly one of the next four, or only `registry_out`.
  LoggerLinkOptions links;               // port not 0: over TCP
  std::optional<BrokerSettings> broker;  // straight into Kafka
  std::string capture_out;               // as capture lines
  std::string raw_out;                   // the bytes, one frame after the other
  std::string topic = "parkwatch.input.v1";
  std::int32_t partitions = 8;  // of the capture

  std::string registry_out;  // folder
  std::string ledger;        // file of the truth sent
};

/// Sends until done or stopped by a signal; a line of progress a second goes to standard error, a
/// JSON object with the totals to standard output at the end. Findings when frames that should have
/// been answered were not.
/// Throws std::runtime_error for files that cannot be written, std::system_error,
/// BrokerUnavailable, BrokerRefused.
ExitCode simulate(const SimulateOptions& options);

/// The time span of `--from`, `--hours` and `--for`, checked. `from`: ISO 8601 with a zone, or
/// empty for the beginning of this minute less the span. Throws std::runtime_error.
void set_span(SimulationOptions& simulation, const std::string& from, double hours);

}  // namespace parkwatch
