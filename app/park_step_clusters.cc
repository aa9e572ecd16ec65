#include <utility>

#include "app/day_input.h"
#include "app/park_step.h"
#include "model/check.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);

}  // namespace

/// A membership that ended earlier in the cluster's day counts too: its day has yet to close.
void ParkStep::touch_clusters(const OutletPlan& outlet, EventTime hour) {
  for (const MembershipPlan& membership : outlet.memberships) {
    const Zone& zone = plan_.zone_of_cluster(membership.cluster);
    const EventTime day = zone.day_start(hour);
    if (membership.validity.from >= zone.day_end(day) || membership.validity.to <= day) continue;
    dirty_hours_.emplace(membership.cluster, hour);
  }
}

void ParkStep::write_contributions() {
  std::set<EventTime> hours;
  for (const auto& [cluster, hour] : dirty_hours_) hours.insert(hour);
  for (const EventTime hour : hours) preload_estimates(hour);
  std::set<std::pair<std::string, EventTime>> days;
  for (const auto& [cluster, hour] : dirty_hours_) {
    write_hour_contribution(cluster, hour);
    if (hour_closed(hour)) days.emplace(cluster, plan_.zone_of_cluster(cluster).day_start(hour));
  }
  dirty_hours_.clear();
  for (const auto& [cluster, day] : days) write_day_contribution(cluster, day);
}

/// Whether an hour's mass may have been estimated.
bool ParkStep::may_be_estimated(const Window& window) {
  return window.role == FactorRole::Pollutant && window.due() && !window.mass_kg;
}

void ParkStep::preload_estimates(EventTime hour) {
  const Key windows{park_, std::string("hour"), cell(hour)};
  std::vector<Key> wanted;
  for (const Row* row : rows_.rows(TableId::OutletWindow, windows)) {
    const Factor* factor = plan_.factor(text_of((*row)[4]));
    if (factor == nullptr || !may_be_estimated(window_of(*row, factor->role))) continue;
    wanted.push_back({park_, (*row)[3], (*row)[4], cell(hour)});
  }
  rows_.preload(TableId::Substitution, wanted);
}

void ParkStep::write_hour_contribution(const std::string& cluster, EventTime hour) {
  Contributions sums;
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
    const std::optional<ClusterShare> share = share_in_cluster(*outlet, cluster, hour);
    if (!share) continue;
    std::vector<Window> windows;
    for (const Row* row :
         rows_.rows(TableId::OutletWindow, {park_, std::string("hour"), cell(hour), outlet->id})) {
      windows.push_back(window_of(*row, plan_.factor(text_of((*row)[4]))->role));
      Window& window = windows.back();
      if (!may_be_estimated(window)) continue;
      const Row* estimate =
          rows_.find(TableId::Substitution, {park_, outlet->id, window.factor, cell(hour)});
      if (estimate != nullptr) window.estimated_kg = mass_of((*estimate)[4]);
    }
    check(add_outlet(sums, windows, *share));
  }
  put_contributions(cluster, LimitSpan::Hour, hour, std::move(sums), hour_closed(hour));
}

void ParkStep::write_day_contribution(const std::string& cluster, EventTime day_start) {
  const Zone& zone = plan_.zone_of_cluster(cluster);
  Contributions sums;
  for (EventTime hour = first_hour_of(day_start); hour < zone.day_end(day_start);
       hour = hour + hour_length) {
    Contributions one;
    for (const Row* row :
         rows_.rows(TableId::Contribution, {cluster, std::string("hour"), cell(hour)})) {
      if (text_of((*row)[4]) != park_ || text_of((*row)[5]) != "closed") continue;
      one.emplace(text_of((*row)[3]), contribution_of(*row));
    }
    check(add_contributions(sums, one));
  }
  put_contributions(cluster, LimitSpan::Day, day_start, std::move(sums),
                    day_closed(zone, day_start));
}

void ParkStep::put_contributions(const std::string& cluster, LimitSpan span, EventTime start,
                                 Contributions sums, bool closed) {
  bool changed = false;
  for (const Row* row :
       rows_.rows(TableId::Contribution, {cluster, span_text(span), cell(start)})) {
    if (text_of((*row)[4]) != park_ || sums.contains(text_of((*row)[3]))) continue;
    rows_.erase(TableId::Contribution, {row->begin(), row->begin() + 5});
    changed = true;
  }
  for (auto& [factor, contribution] : sums) {
    contribution.closed = closed;
    Row row = contribution_row(cluster, park_, span, start, factor, contribution);
    const Row* present = rows_.find(TableId::Contribution, {row.begin(), row.begin() + 5});
    if (present != nullptr && *present == row) continue;
    rows_.put(TableId::Contribution, std::move(row));
    changed = true;
  }
  if (changed) {
    rows_.append(TableId::Dirty, {Cell{}, cluster, span_text(span), cell(start)});
  }
}

}  // namespace parkwatch
