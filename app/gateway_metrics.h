#pragma once

#include <cstdint>

#include "alerts/metrics.h"
#include "ingest/gateway_options.h"

namespace parkwatch {

/// Shows Prometheus what the gateway counts. Threads: one at a time.
class GatewayMetrics {
 public:
  explicit GatewayMetrics(Metrics& metrics) : metrics_(metrics) {}

  /// What has come since the last call is counted up, the rest is as it is now.
  void show(const GatewayCounters& now);

 private:
  void show_frames(const GatewayCounters& now);
  void show_connections(const GatewayCounters& now);
  void add(Metric metric, const Metrics::Labels& labels, std::uint64_t before, std::uint64_t now);

  Metrics& metrics_;
  GatewayCounters shown_;
};

}  // namespace parkwatch
