#include "app/gateway_metrics.h"

#include <string>

#include "ingest/reason.h"

namespace parkwatch {

namespace {

constexpr const char* versions[] = {"2005", "2017", "2025"};

struct Outcome {
  const char* name;
  std::uint64_t GatewayCounters::Frames::*count;
};
constexpr Outcome outcomes[] = {{"received", &GatewayCounters::Frames::received},
                                {"acknowledged", &GatewayCounters::Frames::acknowledged},
                                {"answered", &GatewayCounters::Frames::answered},
                                {"unanswerable", &GatewayCounters::Frames::unanswerable},
                                {"not_monitored", &GatewayCounters::Frames::not_monitored}};

struct Finding {
  const char* name;
  std::uint64_t GatewayCounters::*count;
};
constexpr Finding findings[] = {{"twin_addresses", &GatewayCounters::twin_addresses},
                                {"wrong_password", &GatewayCounters::wrong_passwords},
                                {"unknown_command", &GatewayCounters::unknown_commands},
                                {"unregistered_limited", &GatewayCounters::unregistered_limited}};

}  // namespace

void GatewayMetrics::add(Metric metric, const Metrics::Labels& labels, std::uint64_t before,
                         std::uint64_t now) {
  if (now > before) metrics_.add(metric, labels, now - before);
}

void GatewayMetrics::show_frames(const GatewayCounters& now) {
  for (std::size_t i = 0; i < now.frames.size(); ++i) {
    for (const Outcome& outcome : outcomes) {
      add(Metric::GatewayFrames, {versions[i], outcome.name}, shown_.frames[i].*outcome.count,
          now.frames[i].*outcome.count);
    }
  }
  for (std::size_t i = 0; i < now.rejected.size(); ++i) {
    const std::string name(reason_name(static_cast<Reason>(i)));
    add(Metric::GatewayRejected, {name}, shown_.rejected[i], now.rejected[i]);
  }
  for (const Finding& finding : findings) {
    add(Metric::GatewayFindings, {finding.name}, shown_.*finding.count, now.*finding.count);
  }
}

void GatewayMetrics::show_connections(const GatewayCounters& now) {
  for (std::size_t i = 0; i < now.connections_closed.size(); ++i) {
    const std::string name(close_name(static_cast<GatewayCounters::Close>(i)));
    add(Metric::GatewayClosed, {name}, shown_.connections_closed[i], now.connections_closed[i]);
  }
  for (std::size_t i = 0; i < now.connections_refused.size(); ++i) {
    const std::string name(refusal_name(static_cast<GatewayCounters::Refusal>(i)));
    add(Metric::GatewayRefused, {name}, shown_.connections_refused[i], now.connections_refused[i]);
  }
  metrics_.set(Metric::GatewayConnections, static_cast<std::int64_t>(now.connections_open));
  // An empty spool file has a header; what waits for Kafka is what counts.
  const std::uint64_t waiting = now.spool_frames == 0 ? 0 : now.spool_bytes;
  metrics_.set(Metric::GatewaySpoolBytes, static_cast<std::int64_t>(waiting));
}

void GatewayMetrics::show(const GatewayCounters& now) {
  show_frames(now);
  show_connections(now);
  shown_ = now;
}

}  // namespace parkwatch
