#include "app/store_picture.h"

#include <string>
#include <utility>
#include <vector>

#include "model/decimal.h"
#include "web/row_view.h"

namespace parkwatch {

namespace {

/// Seconds since 1970 with the milliseconds, exactly.
std::string seconds_text(std::int64_t milliseconds) {
  return Fixed<3>::from_units(milliseconds).text();
}

std::vector<OpenEpisode> open_episodes(const Overview& overview, const RegistryView& registry) {
  std::vector<OpenEpisode> episodes;
  for (const EpisodeLine& line : overview.episodes) {
    const std::optional<RegistryView::OutletEntry> outlet = registry.outlet(line.outlet);
    const std::string window = line.span + (line.span.empty() ? "" : " ") +
                               registry.local_time(line.park, line.first_window);
    episodes.push_back({line.rule, line.outlet, std::string(outlet ? outlet->enterprise : ""),
                        line.park, line.severity, line.factor, line.limit_id, window});
  }
  return episodes;
}

void show_outlets(const Overview& overview, bool outlet_ratios, Metrics& metrics) {
  std::vector<Sample> silent;
  for (const EpisodeLine& line : overview.episodes) {
    if (line.rule == "silent") silent.push_back({{line.outlet, line.park}, "1"});
  }
  metrics.set_series(Metric::OutletSilent, std::move(silent));
  if (!outlet_ratios) return;
  std::vector<Sample> ratios;
  for (const OutletLine& line : overview.outlets) {
    if (!line.ratio) continue;
    ratios.push_back(
        {{line.outlet, line.factor, line.span}, Decimal::from_units(*line.ratio).text()});
  }
  metrics.set_series(Metric::OutletRatio, std::move(ratios));
}

void show_due_dates(const Overview& overview, Metrics& metrics) {
  std::vector<Sample> dates;
  for (const DueLine& line : overview.due_dates) {
    dates.push_back(
        {{line.park, line.rule, line.subject, line.severity}, seconds_text(line.due_ms)});
  }
  metrics.set_series(Metric::SimultaneityDue, std::move(dates));
}

void show_clusters(const Overview& overview, Metrics& metrics) {
  std::vector<Sample> masses;
  std::vector<Sample> completeness;
  std::vector<Sample> estimated;
  for (const ClusterLine& line : overview.clusters) {
    if (line.span != "hour" || line.phase == "open") continue;
    if (line.mass) {
      masses.push_back({{line.cluster, line.factor}, MassDecimal::from_units(*line.mass).text()});
    }
    if (line.completeness) {
      completeness.push_back(
          {{line.cluster, line.factor}, Decimal::from_units(*line.completeness).text()});
    }
    if (line.estimated_share) {
      estimated.push_back(
          {{line.cluster, line.factor}, Decimal::from_units(*line.estimated_share).text()});
    }
  }
  metrics.set_series(Metric::ClusterMass, std::move(masses));
  metrics.set_series(Metric::ClusterCompleteness, std::move(completeness));
  metrics.set_series(Metric::ClusterEstimatedShare, std::move(estimated));
}

}  // namespace

void show_overview(const Overview& overview, const RegistryView& registry, bool outlet_ratios,
                   Metrics& metrics) {
  std::vector<Sample> times;
  for (const ParkLine& park : overview.parks) {
    if (park.time_ms) times.push_back({{park.id}, seconds_text(*park.time_ms)});
  }
  metrics.set_series(Metric::ParkTime, std::move(times));
  metrics.set_open_episodes(open_episodes(overview, registry));
  show_outlets(overview, outlet_ratios, metrics);
  show_due_dates(overview, metrics);
  std::vector<Sample> verdicts;
  for (const auto& [labels, count] : overview.verdicts) {
    verdicts.push_back({labels, std::to_string(count)});
  }
  metrics.set_series(Metric::Verdicts, std::move(verdicts));
  show_clusters(overview, metrics);
  metrics.set(Metric::Dirty, static_cast<std::int64_t>(overview.dirty));
  metrics.set(Metric::RejudgePending, static_cast<std::int64_t>(overview.rejudge));
}

void count_episode_events(const Commit& commit, Metrics& metrics) {
  for (const Change& change : commit.changes) {
    if (change.erase || change.table != TableId::EpisodeEvent) continue;
    const RowView row(TableId::EpisodeEvent, change.row);
    metrics.add(Metric::Episodes, {row.text("rule"), row.text("event")}, 1);
  }
}

}  // namespace parkwatch
