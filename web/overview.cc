#include "web/overview.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "model/alert_severity.h"
#include "web/api.h"
#include "web/row_view.h"

namespace parkwatch {

namespace {

constexpr std::int64_t hour_ms = 3600LL * 1000;
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
/// How far back the newest closed window is looked for: grace is minutes, a day ends at midnight.
constexpr std::int64_t hour_reach_ms = 4 * hour_ms;
constexpr std::int64_t cluster_reach_ms = 26 * hour_ms;  // totals follow their parks
constexpr std::int64_t day_reach_ms = 3 * 24 * hour_ms;
constexpr std::int64_t near_ratio = 900'000;

void read_parks(Store& store, const RegistryView& registry, Overview& overview) {
  std::map<std::string, std::optional<std::int64_t>> times;
  for (const auto& [id, park] : registry.parks()) times[id];
  store.scan(TableId::Park, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::Park, row);
    times[view.text("park")] = view.number("time");
  });
  for (const auto& [id, time] : times) {
    const auto known = registry.parks().find(id);
    const std::string place =
        known == registry.parks().end() ? "" : known->second.province + known->second.city;
    overview.parks.push_back({id, registry.park_name(id), place, time});
  }
}

void read_episodes(Store& store, Overview& overview) {
  store.scan(TableId::Episode, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::Episode, row);
    if (!episode_is_open(view.text("state"))) return;
    overview.episodes.push_back(
        {view.text("id"), view.text("rule"), view.text("park"), view.text("outlet"),
         view.text("factor"), view.text("limit_id"), view.text("span"), view.text("severity"),
         view.text("state"), view.number("first_window").value_or(0),
         view.number("last_window").value_or(0), view.number("windows").value_or(0)});
  });
  std::stable_sort(overview.episodes.begin(), overview.episodes.end(),
                   [](const EpisodeLine& a, const EpisodeLine& b) {
                     return std::tuple(severity_rank(a.severity), -a.first_window) <
                            std::tuple(severity_rank(b.severity), -b.first_window);
                   });
}

/// Due dates of the life-cycle rules; the others have none.
void read_due_dates(Store& store, const ParkLine& park, Overview& overview) {
  store.scan(
      TableId::Violation, {park.id, std::string("TS-L")}, {park.id, std::string("TS-M")}, 0,
      [&](const Row& row) {
        const RowView view(TableId::Violation, row);
        if (view.text("state") != "due") return;
        overview.due_dates.push_back({park.id, view.text("rule"), view.text("subject"),
                                      view.text("severity"), view.number("due").value_or(0)});
      });
}

/// Newest window of each phase, of one outlet's factor.
struct Newest {
  std::optional<OutletLine> closed;
  std::optional<OutletLine> open;
};

OutletLine outlet_line(const RowView& view) {
  OutletLine line;
  line.park = view.text("park");
  line.outlet = view.text("outlet");
  line.factor = view.text("factor");
  line.span = view.text("span");
  line.limit_id = view.text("limit_id");
  line.start = view.number("start");
  line.state = view.text("state");
  line.value = view.number("value");
  line.lower = view.number("lower_limit");
  line.upper = view.number("limit_value");
  line.ratio = view.number("ratio");
  line.unsure = view.number("unsure").value_or(0) != 0;
  line.standing = standing_of(line.state, line.ratio);
  return line;
}

using ByFactor = std::map<std::pair<std::string, std::string>, Newest>;

void read_verdicts(Store& store, const ParkLine& park, const std::string& span,
                   std::int64_t reach_ms, ByFactor& found, Overview& overview) {
  if (!park.time_ms) return;
  std::map<std::string, std::int64_t> newest_start;  // by phase
  std::map<std::string, std::map<std::string, std::size_t>> states;
  store.scan(TableId::Verdict, {park.id, span, *park.time_ms - reach_ms}, {park.id, span, latest},
             0, [&](const Row& row) {
               const RowView view(TableId::Verdict, row);
               if (view.text("limit_id").empty() || view.number("leads").value_or(0) == 0) return;
               OutletLine line = outlet_line(view);
               const std::string phase = view.text("phase");
               const auto [newest, first] = newest_start.emplace(phase, *line.start);
               if (!first && *line.start > newest->second) {
                 newest->second = *line.start;
                 states[phase].clear();
               }
               ++states[phase][line.state];
               Newest& of = found[{line.outlet, line.factor}];
               (phase == "open" ? of.open : of.closed) = std::move(line);
             });
  if (span != "hour") return;
  for (const auto& [phase, by_state] : states) {
    for (const auto& [state, count] : by_state) {
      overview.verdicts[{park.id, state, phase}] += count;
    }
  }
}

/// A line for each outlet factor seen. What has only an open window has no result yet; an open
/// window that nears its limit is a warning.
void add_lines(ByFactor found, Overview& overview) {
  for (auto& [key, newest] : found) {
    OutletLine line = newest.closed ? std::move(*newest.closed) : std::move(*newest.open);
    if (!newest.closed) {
      line.open_ratio = std::exchange(line.ratio, std::nullopt);
      line.value.reset();
      line.state = "open";
      line.standing = Standing::Provisional;
    } else if (newest.open) {
      line.open_ratio = newest.open->ratio;
    }
    const bool warns = line.open_ratio.value_or(0) >= near_ratio;
    if (warns && line.standing > Standing::Near) line.standing = Standing::Near;
    overview.outlets.push_back(std::move(line));
  }
}

/// Registered outlets of which the store has nothing must not be invisible.
void add_never_reported(const RegistryView& registry, std::int64_t now_ms, Overview& overview) {
  std::map<std::string, bool, std::less<>> seen;
  for (const OutletLine& line : overview.outlets) seen[line.outlet] = true;
  registry.each_outlet([&](const RegistryView::OutletEntry& outlet) {
    if (seen.contains(outlet.id) || !outlet.validity.covers(EventTime(now_ms))) return;
    OutletLine line;
    line.park = outlet.park;
    line.outlet = outlet.id;
    line.state = "missing";
    overview.outlets.push_back(line);
  });
}

void sort_worst_first(std::vector<OutletLine>& outlets) {
  std::stable_sort(outlets.begin(), outlets.end(), [](const OutletLine& a, const OutletLine& b) {
    const std::int64_t ratio_a = a.ratio.value_or(a.open_ratio.value_or(-1));
    const std::int64_t ratio_b = b.ratio.value_or(b.open_ratio.value_or(-1));
    return std::tie(a.standing, ratio_b, a.park, a.outlet, a.factor, a.span) <
           std::tie(b.standing, ratio_a, b.park, b.outlet, b.factor, b.span);
  });
}

/// The newest window of the span, closed where one is at hand.
void read_cluster(Store& store, const std::string& cluster, const std::string& span,
                  std::int64_t from_ms, Overview& overview) {
  std::map<std::string, ClusterLine> by_factor;
  store.scan(TableId::ClusterWindow, {cluster, span, from_ms}, {cluster, span, latest}, 0,
             [&](const Row& row) {
               const RowView view(TableId::ClusterWindow, row);
               ClusterLine line{cluster,
                                view.text("factor"),
                                span,
                                view.text("phase"),
                                view.text("parks"),
                                view.number("start").value_or(0),
                                view.number("mass_kg"),
                                view.number("completeness"),
                                view.number("estimated_share")};
               const auto found = by_factor.find(line.factor);
               const bool keep_closed = found != by_factor.end() && span == "hour" &&
                                        found->second.phase == "closed" && line.phase == "open";
               if (!keep_closed) by_factor.insert_or_assign(line.factor, std::move(line));
             });
  for (auto& [factor, line] : by_factor) overview.clusters.push_back(std::move(line));
}

void read_clusters(Store& store, const RegistryView& registry, Overview& overview) {
  std::int64_t newest = 0;
  for (const ParkLine& park : overview.parks) newest = std::max(newest, park.time_ms.value_or(0));
  for (const auto& [id, cluster] : registry.clusters()) {
    read_cluster(store, id, "hour", newest - cluster_reach_ms, overview);
    read_cluster(store, id, "day", newest - day_reach_ms, overview);
  }
}

}  // namespace

Standing standing_of(std::string_view state, std::optional<std::int64_t> ratio) {
  if (state == "over") return Standing::Over;
  if (state == "pending_mark") return Standing::PendingMark;
  if (state == "compliant") {
    return ratio.value_or(0) >= near_ratio ? Standing::Near : Standing::Compliant;
  }
  return state.starts_with("exempt") ? Standing::Exempt : Standing::NoData;
}

Overview read_overview(Store& store, const RegistryView& registry, std::int64_t now_ms) {
  Overview overview;
  overview.built_ms = now_ms;
  read_parks(store, registry, overview);
  read_episodes(store, overview);
  for (const ParkLine& park : overview.parks) {
    read_due_dates(store, park, overview);
    ByFactor hours;
    read_verdicts(store, park, "hour", hour_reach_ms, hours, overview);
    add_lines(std::move(hours), overview);
    ByFactor days;
    read_verdicts(store, park, "day", day_reach_ms, days, overview);
    add_lines(std::move(days), overview);
  }
  add_never_reported(registry, now_ms, overview);
  sort_worst_first(overview.outlets);
  for (const OutletLine& line : overview.outlets) ++overview.standings[line.standing];
  read_clusters(store, registry, overview);
  store.scan(TableId::Dirty, {}, {}, 0, [&](const Row&) { ++overview.dirty; });
  store.scan(TableId::Rejudge, {}, {}, 0, [&](const Row&) { ++overview.rejudge; });
  return overview;
}

}  // namespace parkwatch
