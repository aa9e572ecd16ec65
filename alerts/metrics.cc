#include "alerts/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "model/alert_severity.h"
#include "model/check.h"

namespace parkwatch {

namespace {

/// Commits take 0.1 ms on a fast disk; past 10 s something is wrong.
const prometheus::Histogram::BucketBoundaries commit_buckets = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};

constexpr const char* outcome_classes[] = {"accepted", "corrected", "duplicate", "quarantined",
                                           "not_monitored"};

prometheus::Labels named_labels(const MetricInfo& info, const Metrics::Labels& values) {
  check(values.size() == info.labels.size());
  prometheus::Labels named;
  for (std::size_t i = 0; i < values.size(); ++i) named[std::string(info.labels[i])] = values[i];
  return named;
}

/// The series of one process family, with the references that make an update cheap.
template <class Kind>
struct Group {
  prometheus::Family<Kind>* family = nullptr;
  std::map<Metrics::Labels, Kind*> series;
  std::uint64_t left_out = 0;
};

}  // namespace

struct Metrics::Impl {
  explicit Impl(const Options& given) : options(given) {
    for (const MetricInfo& info : metric_table()) register_family(info);
  }

  void register_family(const MetricInfo& info) {
    if (info.home == MetricHome::Picture) return;
    const std::string name(info.name);
    const std::string help(info.help);
    switch (info.type) {
      case MetricType::Counter:
        counters[info.id].family =
            &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        if (info.labels.empty()) find(counters, info, {});
        break;
      case MetricType::Gauge:
        gauges[info.id].family = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        break;
      case MetricType::Histogram:
        histograms[info.id] =
            &prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(
                {}, commit_buckets);
        break;
    }
  }

  /// The series with these label values; nullptr beyond the family's cap.
  template <class Kind>
  Kind* find(std::map<Metric, Group<Kind>>& groups, const MetricInfo& info, const Labels& labels) {
    const auto group = groups.find(info.id);
    check(group != groups.end());
    auto& [family, series, left_out] = group->second;
    if (const auto found = series.find(labels); found != series.end()) return found->second;
    const prometheus::Labels named = named_labels(info, labels);
    if (series.size() >= options.process_series_max) {
      ++left_out;
      return nullptr;
    }
    return series.emplace(labels, &family->Add(named)).first->second;
  }

  void set_overflow(const MetricInfo& info, std::size_t left_out) {
    const MetricInfo& overflow = metric_info(Metric::SeriesOverflow);
    prometheus::Gauge* gauge = find(gauges, overflow, {std::string(info.name)});
    if (gauge) gauge->Set(static_cast<double>(left_out));
  }

  const Options options;
  mutable std::mutex mutex;  // guards the maps below; series themselves are atomic
  prometheus::Registry registry;
  std::map<Metric, Group<prometheus::Counter>> counters;
  std::map<Metric, Group<prometheus::Gauge>> gauges;
  std::map<Metric, prometheus::Histogram*> histograms;
  std::map<Metric, std::string> pictures;  // rendered when set: a scrape only joins them
  std::optional<std::int64_t> checkpoint_ms;
};

Metrics::Metrics() : Metrics(Options{}) {}

Metrics::Metrics(const Options& options) : impl_(std::make_unique<Impl>(options)) {
  // Series that rules divide by or alert on exist from the start, at 0.
  for (const char* outcome : outcome_classes) {
    add(Metric::Records, {outcome}, 0);
    add(Metric::Values, {outcome}, 0);
  }
  for (const Metric metric : {Metric::Ready, Metric::ConservationDifference, Metric::Dirty,
                              Metric::RejudgePending, Metric::EpisodeOverflow}) {
    set(metric, 0);
  }
}

Metrics::~Metrics() = default;

void Metrics::add(Metric metric, const Labels& labels, std::uint64_t count) {
  const MetricInfo& info = metric_info(metric);
  const std::lock_guard lock(impl_->mutex);
  prometheus::Counter* counter = impl_->find(impl_->counters, info, labels);
  if (counter) {
    counter->Increment(static_cast<double>(count));
  } else {
    impl_->set_overflow(info, impl_->counters.at(metric).left_out);
  }
}

void Metrics::set(Metric metric, const Labels& labels, std::int64_t value) {
  const MetricInfo& info = metric_info(metric);
  const std::lock_guard lock(impl_->mutex);
  prometheus::Gauge* gauge = impl_->find(impl_->gauges, info, labels);
  if (gauge) {
    gauge->Set(static_cast<double>(value));
  } else {
    impl_->set_overflow(info, impl_->gauges.at(metric).left_out);
  }
}

void Metrics::observe(Metric metric, double value) {
  const std::lock_guard lock(impl_->mutex);
  const auto histogram = impl_->histograms.find(metric);
  check(histogram != impl_->histograms.end());
  histogram->second->Observe(value);
}

void Metrics::set_series(Metric metric, std::vector<Sample> samples) {
  const MetricInfo& info = metric_info(metric);
  check(info.home == MetricHome::Picture);
  const std::size_t cap = metric == Metric::EpisodeOpen ? impl_->options.episode_series_max
                                                        : impl_->options.picture_series_max;
  SeriesText series = series_text(info, std::move(samples), cap);
  const std::lock_guard lock(impl_->mutex);
  impl_->pictures[metric] = std::move(series.text);
  if (metric == Metric::EpisodeOpen) {
    const MetricInfo& overflow = metric_info(Metric::EpisodeOverflow);
    impl_->find(impl_->gauges, overflow, {})->Set(static_cast<double>(series.left_out));
  } else {
    impl_->set_overflow(info, series.left_out);
  }
}

void Metrics::set_open_episodes(std::vector<OpenEpisode> episodes) {
  const auto order = [](const OpenEpisode& e) {
    return std::make_tuple(severity_rank(e.severity), std::cref(e.rule), std::cref(e.outlet),
                           std::cref(e.factor), std::cref(e.limit), std::cref(e.window));
  };
  std::sort(episodes.begin(), episodes.end(),
            [&](const OpenEpisode& a, const OpenEpisode& b) { return order(a) < order(b); });
  std::vector<Sample> samples;
  samples.reserve(episodes.size());
  for (OpenEpisode& e : episodes) {
    samples.push_back(
        {{std::move(e.rule), std::move(e.outlet), std::move(e.enterprise), std::move(e.park),
          std::move(e.severity), std::move(e.factor), std::move(e.limit), std::move(e.window)},
         "1"});
  }
  set_series(Metric::EpisodeOpen, std::move(samples));
}

void Metrics::set_checkpoint(std::int64_t at_ms) {
  const std::lock_guard lock(impl_->mutex);
  impl_->checkpoint_ms = at_ms;
}

std::string Metrics::render(std::int64_t now_ms) const {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->checkpoint_ms) {
    const std::int64_t age_ms = std::max<std::int64_t>(0, now_ms - *impl_->checkpoint_ms);
    prometheus::Gauge* age = impl_->find(impl_->gauges, metric_info(Metric::CheckpointAge), {});
    age->Set(static_cast<double>(age_ms) / 1000);
  }
  std::string text = prometheus::TextSerializer().Serialize(impl_->registry.Collect());
  for (const auto& [metric, picture] : impl_->pictures) text += picture;
  return text;
}

}  // namespace parkwatch
