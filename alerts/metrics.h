#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "alerts/metric_table.h"
#include "alerts/series_text.h"

namespace parkwatch {

/// One open alert, as `parkwatch_episode_open` names it.
struct OpenEpisode {
  std::string rule, outlet, enterprise, park;
  std::string severity;  // critical, warning or info
  std::string factor, limit;
  std::string window;  // span and start of the first window: "hour 2026-03-15T09:00:00+08:00"
};

/// What the program tells Prometheus: plain numbers, filled by whoever counted them. It reads no
/// clock and does no I/O. Threads: every call from any thread.
/// Misuse (labels that do not fit the table, a counter that is set) is a bug and stops the process.
class Metrics {
 public:
  struct Options {
    std::size_t process_series_max = 1000;  // of one family counted by the process
    std::size_t episode_series_max = 2000;
    std::size_t picture_series_max = 20000;  // of one family of pictures
  };
  using Labels = std::vector<std::string>;

  explicit Metrics(const Options& options);
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Counts a counter up. Beyond the family's cap a new label set is counted in
  /// `parkwatch_series_overflow` instead.
  void add(Metric metric, const Labels& labels, std::uint64_t count);
  void add(Metric metric, std::uint64_t count = 1) { add(metric, {}, count); }
  /// Sets a gauge of the process.
  void set(Metric metric, const Labels& labels, std::int64_t value);
  void set(Metric metric, std::int64_t value) { set(metric, {}, value); }
  /// Adds one observation to a histogram.
  void observe(Metric metric, double value);

  /// Replaces a whole family of pictures (`MetricHome::Picture`).
  void set_series(Metric metric, std::vector<Sample> samples);
  /// Replaces the open episodes. Beyond the cap the most severe ones keep their series.
  void set_open_episodes(std::vector<OpenEpisode> episodes);
  /// When the worker last committed or found nothing to do, milliseconds since 1970 UTC.
  void set_checkpoint(std::int64_t at_ms);

  /// The Prometheus text format 0.0.4. `now_ms` gives ages their meaning at the moment of the
  /// scrape, so that a worker that stands still shows.
  std::string render(std::int64_t now_ms) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
