// Reads ahead for many windows at once what their computation will ask for one by one: a query
// costs the store about as much as a hundred rows.
#include "app/day_input.h"
#include "app/park_step.h"

namespace parkwatch {

namespace {

using std::chrono::hours;

constexpr std::chrono::milliseconds hour_length = hours(1);

}  // namespace

/// The prefixes of window rows that start at an instant: of the whole park where many of its
/// outlets are asked for, else of each.
void ParkStep::add_window_keys(std::vector<Key>& keys, LimitSpan span, EventTime start,
                               const std::vector<const OutletPlan*>& outlets) const {
  constexpr std::size_t many = 4;  // one in so many
  const Key whole{park_, span_text(span), cell(start)};
  if (outlets.size() * many >= plan_.outlets_of(park_).size()) {
    keys.push_back(whole);
    return;
  }
  for (const OutletPlan* outlet : outlets) {
    keys.push_back(whole);
    keys.back().push_back(outlet->id);
  }
}

std::vector<const OutletPlan*> ParkStep::changed_outlets(const TouchedOutlets& touched) {
  std::vector<const OutletPlan*> outlets;
  for (const auto& [outlet, touch] : touched) {
    if (touch.changes) outlets.push_back(outlet);
  }
  return outlets;
}

/// The hour begins with this record: every device of the park is about to report.
void ParkStep::preload_devices(EventTime hour) {
  std::vector<DeviceHourCache::Wanted> wanted;
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
    for (const Device& device : outlet->devices) {
      if (device.validity.covers(hour)) wanted.push_back({device.mn, hour});
    }
  }
  hours_.preload(wanted);
}

void ParkStep::preload_hour(EventTime hour, const TouchedOutlets& touched) {
  const std::vector<const OutletPlan*> outlets = changed_outlets(touched);
  if (outlets.empty()) return;
  std::vector<Key> windows, masses, captures;
  add_window_keys(windows, LimitSpan::Hour, hour, outlets);
  rows_.preload(TableId::Verdict, windows);
  rows_.preload(TableId::Quality, windows);
  add_window_keys(windows, LimitSpan::Day, zone_.day_start(hour), outlets);
  rows_.preload(TableId::OutletWindow, windows);
  const Key park[] = {{park_}};
  rows_.preload(TableId::Mark, park);
  std::vector<DeviceHourCache::Wanted> wanted;
  for (const OutletPlan* outlet : outlets) {
    for (const Device& device : outlet->devices) {
      for (const EventTime at : {hour - hour_length, hour, hour + hour_length}) {
        if (device.validity.covers(at)) wanted.push_back({device.mn, at});
      }
    }
    for (const std::string& factor : pollutants_of(outlet->id)) {
      masses.push_back({park_, outlet->id, factor, cell(floor_to(hour, hours(24)))});
      captures.push_back({park_, outlet->id, factor, cell(zone_.quarter_start(hour))});
    }
  }
  hours_.preload(wanted);
  rows_.preload(TableId::MassHours, masses);
  rows_.preload(TableId::Capture, captures);
}

void ParkStep::preload_day(EventTime day, const TouchedOutlets& touched) {
  const std::vector<const OutletPlan*> outlets = changed_outlets(touched);
  if (outlets.empty()) return;
  std::vector<Key> windows;
  add_window_keys(windows, LimitSpan::Day, day, outlets);
  rows_.preload(TableId::Verdict, windows);
  rows_.preload(TableId::Quality, windows);
  for (EventTime hour = first_hour_of(day); hour < zone_.day_end(day); hour = hour + hour_length) {
    add_window_keys(windows, LimitSpan::Hour, hour, outlets);
  }
  rows_.preload(TableId::OutletWindow, windows);
  std::vector<DeviceHourCache::Wanted> wanted;  // where a day's report is dated
  for (const OutletPlan* outlet : outlets) {
    for (const Device& device : outlet->devices) {
      wanted.push_back({device.mn, floor_to(day, hour_length)});
      wanted.push_back({device.mn, floor_to(day + hours(24), hour_length)});
    }
  }
  hours_.preload(wanted);
}

}  // namespace parkwatch
