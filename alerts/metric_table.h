#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace parkwatch {

/// Every metric family of the program; `metric_table()` has its name, labels and meaning.
enum class Metric : std::uint8_t {
  BuildInfo,
  Ready,
  ConfigReloadSuccess,
  ConfigReloadTimestamp,
  SeriesOverflow,
  HttpRequests,
  KafkaLag,
  KafkaRecords,
  Records,
  Values,
  Ticks,
  ConservationDifference,
  DeadLetters,
  MisplacedRecords,
  Corrections,
  ParkTime,
  Dirty,
  RejudgePending,
  StoreWriteErrors,
  StoreReadErrors,
  StoreCommitSeconds,
  CheckpointAge,
  OutboxMessages,
  Published,
  PublishFailures,
  LogGap,
  GatewayConnections,
  GatewayFrames,
  GatewayRejected,
  GatewayRefused,
  GatewayClosed,
  GatewayFindings,
  GatewaySpoolBytes,
  EpisodeOpen,
  EpisodeOverflow,
  Episodes,
  SimultaneityDue,
  OutletSilent,
  OutletRatio,
  Verdicts,
  ClusterMass,
  ClusterCompleteness,
  ClusterEstimatedShare,
};

enum class MetricType : std::uint8_t { Counter, Gauge, Histogram };

/// Where a family's series live. `Process`: counted up or set one by one, never removed, bounded.
/// `Picture`: replaced as a whole (`Metrics::set_series`), so a series that ended is gone at once.
enum class MetricHome : std::uint8_t { Process, Picture };

struct MetricInfo {
  Metric id;
  std::string_view name;
  MetricType type;
  MetricHome home;
  std::span<const std::string_view> labels;  // in the order in which values are given
  std::string_view help;
  std::string_view unit;
};

/// All families in `Metric` order. docs/metrics.md lists the same; a test compares the two.
std::span<const MetricInfo> metric_table();
const MetricInfo& metric_info(Metric metric);
/// "counter", "gauge", "histogram": the word of the exposition format.
std::string_view metric_type_name(MetricType type);

}  // namespace parkwatch
