#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace parkwatch {

/// The broker can not be reached or does not answer, after the retries allowed. A later try may
/// help.
struct BrokerUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The broker or its client refuses what was asked: a missing topic, a wrong setting, no
/// permission. The text says what to do; a retry does not help.
struct BrokerRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How to reach a Kafka cluster; the same for consumers, producers and administration.
struct BrokerSettings {
  std::string bootstrap;  // "host:port,host:port"
  std::string client_id = "parkwatch";
  /// Further settings by their librdkafka names, for TLS and SASL above all ("security.protocol",
  /// "ssl.ca.location", "sasl.username"). Names that Parkwatch's guarantees rest on are refused.
  std::map<std::string, std::string> client;
  std::chrono::milliseconds start_timeout{30'000};  // until the first answer of the cluster
  std::chrono::milliseconds call_timeout{5'000};    // one request
  std::chrono::milliseconds reconnect_backoff_max{1'000};
  /// How often is asked what a topic is like: after so long at most, new partitions are used.
  std::chrono::milliseconds metadata_refresh{30'000};
  /// Receives the client's own log lines (syslog level 0..7), from its threads. Empty: dropped.
  std::function<void(int level, const std::string& text)> on_log;
};

}  // namespace parkwatch
