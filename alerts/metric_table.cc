#include "alerts/metric_table.h"

#include <array>

#include "model/check.h"

namespace parkwatch {

namespace {

using enum MetricType;
using enum MetricHome;
using Names = std::string_view;

constexpr Names build[] = {"version", "revision", "arch"};
constexpr Names metric[] = {"metric"};
constexpr Names path_code[] = {"path", "code"};
constexpr Names topic_partition[] = {"topic", "partition"};
constexpr Names topic[] = {"topic"};
constexpr Names outcome_class[] = {"class"};
constexpr Names reason[] = {"reason"};
constexpr Names park[] = {"park"};
constexpr Names version_outcome[] = {"version", "outcome"};
constexpr Names finding[] = {"finding"};
constexpr Names episode[] = {"rule",     "outlet", "enterprise", "park",
                             "severity", "factor", "limit",      "window"};
constexpr Names rule_event[] = {"rule", "event"};
constexpr Names park_rule_subject_severity[] = {"park", "rule", "subject", "severity"};
constexpr Names outlet_park[] = {"outlet", "park"};
constexpr Names outlet_factor_span[] = {"outlet", "factor", "span"};
constexpr Names park_state_phase[] = {"park", "state", "phase"};
constexpr Names cluster_factor[] = {"cluster", "factor"};

constexpr std::array<MetricInfo, 43> all = {{
    {Metric::BuildInfo, "parkwatch_build_info", Gauge, Process, build,
     "Always 1; the labels say which build runs", "1"},
    {Metric::Ready,
     "parkwatch_ready",
     Gauge,
     Process,
     {},
     "1 while /readyz answers 200, else 0",
     "boolean"},
    {Metric::ConfigReloadSuccess,
     "parkwatch_config_reload_success",
     Gauge,
     Process,
     {},
     "1 if the last load of configuration, registry and rules succeeded, else 0",
     "boolean"},
    {Metric::ConfigReloadTimestamp,
     "parkwatch_config_reload_timestamp_seconds",
     Gauge,
     Process,
     {},
     "When configuration, registry and rules were last loaded successfully",
     "Unix time"},
    {Metric::SeriesOverflow, "parkwatch_series_overflow", Gauge, Process, metric,
     "Series or, for counted families, updates left out because the cap was reached", "series"},
    {Metric::HttpRequests, "parkwatch_http_requests_total", Counter, Process, path_code,
     "Requests answered by the web server; path is the route, never the raw address", "requests"},
    {Metric::KafkaLag, "parkwatch_kafka_lag_records", Gauge, Picture, topic_partition,
     "Records of an assigned partition that are not in the store yet", "records"},
    {Metric::KafkaRecords, "parkwatch_kafka_records_total", Counter, Process, topic,
     "Records consumed and committed, ticks included", "records"},
    {Metric::Records, "parkwatch_records_total", Counter, Process, outcome_class,
     "Records by what became of them: accepted, corrected, duplicate, quarantined, not_monitored",
     "records"},
    {Metric::Values, "parkwatch_values_total", Counter, Process, outcome_class,
     "Factor values by what became of them: the same five classes", "values"},
    {Metric::Ticks,
     "parkwatch_ticks_total",
     Counter,
     Process,
     {},
     "Ticks consumed; they move a park's time and are no readings",
     "records"},
    {Metric::ConservationDifference,
     "parkwatch_conservation_difference",
     Gauge,
     Process,
     {},
     "Records and values consumed minus those in the five classes, in partitions held; must be 0",
     "records"},
    {Metric::DeadLetters, "parkwatch_dead_letters_total", Counter, Process, reason,
     "Records kept as dead letters, by reason", "records"},
    {Metric::MisplacedRecords,
     "parkwatch_misplaced_records_total",
     Counter,
     Process,
     {},
     "Records met in another partition than their park's key maps to; right, but slower",
     "records"},
    {Metric::Corrections,
     "parkwatch_corrections_total",
     Counter,
     Process,
     {},
     "Values that replaced another copy of the same data time",
     "values"},
    {Metric::ParkTime, "parkwatch_park_time_seconds", Gauge, Picture, park,
     "The park's time: the greatest received minute of its records and ticks", "Unix time"},
    {Metric::Dirty,
     "parkwatch_dirty",
     Gauge,
     Process,
     {},
     "Cluster windows waiting to be summed again; 0 when totals are current",
     "windows"},
    {Metric::RejudgePending,
     "parkwatch_rejudge_pending",
     Gauge,
     Process,
     {},
     "Park spans still to be judged again under the active registry and rules",
     "spans"},
    {Metric::StoreWriteErrors,
     "parkwatch_store_write_errors_total",
     Counter,
     Process,
     {},
     "Commits that the store refused or failed; nothing of them was written",
     "commits"},
    {Metric::StoreReadErrors,
     "parkwatch_store_read_errors_total",
     Counter,
     Process,
     {},
     "Reads of the store for pages and metrics that failed; what was shown before stays",
     "reads"},
    {Metric::StoreCommitSeconds,
     "parkwatch_store_commit_seconds",
     Histogram,
     Process,
     {},
     "How long a store transaction took",
     "seconds"},
    {Metric::CheckpointAge,
     "parkwatch_worker_checkpoint_age_seconds",
     Gauge,
     Process,
     {},
     "Time since the worker's last commit or empty poll; absent before the first",
     "seconds"},
    {Metric::OutboxMessages,
     "parkwatch_outbox_messages",
     Gauge,
     Process,
     {},
     "Results committed and not yet told to their topics, as the publishing process last saw them",
     "messages"},
    {Metric::Published, "parkwatch_published_total", Counter, Process, topic,
     "Messages that the brokers have acknowledged on all in-sync replicas", "messages"},
    {Metric::PublishFailures,
     "parkwatch_publish_failures_total",
     Counter,
     Process,
     {},
     "Messages that were not acknowledged in time; they stay in the outbox and are sent again",
     "messages"},
    {Metric::LogGap, "parkwatch_log_gap_records_total", Counter, Process, topic_partition,
     "Offsets that the log no longer held when they were to be read: records lost to retention",
     "records"},
    {Metric::GatewayConnections,
     "parkwatch_gateway_connections",
     Gauge,
     Process,
     {},
     "Open connections of data loggers",
     "connections"},
    {Metric::GatewayFrames, "parkwatch_gateway_frames_total", Counter, Process, version_outcome,
     "Intact frames by protocol version: received, and of these acknowledged, answered, ...",
     "frames"},
    {Metric::GatewayRejected, "parkwatch_gateway_rejected_total", Counter, Process, reason,
     "Frames and bytes that are no intact frame, by reason", "frames"},
    {Metric::GatewayRefused, "parkwatch_gateway_connections_refused_total", Counter, Process,
     reason, "Connections not taken: too many from one address, too many in all, no descriptor",
     "connections"},
    {Metric::GatewayClosed, "parkwatch_gateway_connections_closed_total", Counter, Process, reason,
     "Connections that ended, by reason", "connections"},
    {Metric::GatewayFindings, "parkwatch_gateway_findings_total", Counter, Process, finding,
     "Findings of the gateway about connections, such as one MN from two addresses", "findings"},
    {Metric::GatewaySpoolBytes,
     "parkwatch_gateway_spool_bytes",
     Gauge,
     Process,
     {},
     "Bytes of frames spooled to disk while Kafka is away",
     "bytes"},
    {Metric::EpisodeOpen, "parkwatch_episode_open", Gauge, Picture, episode,
     "1 for each open episode; window is the span and start of its first window", "1"},
    {Metric::EpisodeOverflow,
     "parkwatch_episode_overflow",
     Gauge,
     Process,
     {},
     "Open episodes without a series of their own because the cap was reached",
     "episodes"},
    {Metric::Episodes, "parkwatch_episodes_total", Counter, Process, rule_event,
     "Events of episodes: opened, resolved, withdrawn and the others of the episode_event table",
     "events"},
    {Metric::SimultaneityDue, "parkwatch_simultaneity_due_seconds", Gauge, Picture,
     park_rule_subject_severity,
     "When an act of a construction project has to be done; severity is warning when that is near",
     "Unix time"},
    {Metric::OutletSilent, "parkwatch_outlet_silent", Gauge, Picture, outlet_park,
     "1 for each outlet whose loggers are silent", "1"},
    {Metric::OutletRatio, "parkwatch_outlet_ratio", Gauge, Picture, outlet_factor_span,
     "Last closed window as a share of its leading limit; only where switched on, capped", "ratio"},
    {Metric::Verdicts, "parkwatch_verdicts", Gauge, Picture, park_state_phase,
     "Leading verdicts of each park's newest hour, by state and phase; no data is a state",
     "verdicts"},
    {Metric::ClusterMass, "parkwatch_cluster_mass_kg", Gauge, Picture, cluster_factor,
     "Mass of the cluster's last closed hour", "kg"},
    {Metric::ClusterCompleteness, "parkwatch_cluster_completeness_ratio", Gauge, Picture,
     cluster_factor, "Outlet hours present as a share of those due in the same hour", "ratio"},
    {Metric::ClusterEstimatedShare, "parkwatch_cluster_estimated_share_ratio", Gauge, Picture,
     cluster_factor, "Share of the mass of that hour that was substituted", "ratio"},
}};

}  // namespace

std::span<const MetricInfo> metric_table() {
  return all;
}

const MetricInfo& metric_info(Metric metric) {
  const MetricInfo& found = all.at(static_cast<std::size_t>(metric));
  check(found.id == metric);
  return found;
}

std::string_view metric_type_name(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Histogram:
      return "histogram";
  }
  check(false);
  return {};
}

}  // namespace parkwatch
