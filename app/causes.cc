#include "app/causes.h"

#include <algorithm>
#include <iterator>

#include "processors/minutes.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::string_view causes[] = {"late", "resent",   "contradicted", "mark",
                                       "rule", "registry", "release"};

std::ptrdiff_t rank(std::string_view cause) {
  return std::find(std::begin(causes), std::end(causes), cause) - std::begin(causes);
}

bool touches(const TouchedWindows& touched, const WindowSpan& window) {
  if (touched.span == LimitSpan::Day) {
    return window.span == LimitSpan::Day && touched.first == window.start;
  }
  return touched.first < window.end && touched.last >= window.start;
}

/// How far from a window the data times of values that take part in it can lie.
struct Reach {
  milliseconds before, after;
};

Reach reach_of(const OutletPlan& outlet, const WindowSpan& window) {
  Reach reach{hours(1), hours(2)};
  for (const FactorPlan& factor : outlet.factors) {
    const milliseconds period = minutes(factor.row.cyclic ? factor.row.period_minutes : 0);
    reach.before = std::max(reach.before, period);
    reach.after = std::max(reach.after, period + hours(1));
  }
  if (window.span == LimitSpan::Day) reach.after = std::max<milliseconds>(reach.after, hours(26));
  return reach;
}

}  // namespace

TouchedWindows touched_windows(Kind kind, EventTime time, const Device& device,
                               const FactorPlan* factor, const Zone& zone) {
  if (kind == Kind::Day) {
    const EventTime day = zone.day_start(interval_start(kind, time, device));
    return {LimitSpan::Day, day, day};
  }
  const TouchedHours touched = touched_hours(kind, time, device, factor, zone);
  return {LimitSpan::Hour, touched.first, touched.last};
}

std::string cause_of_data(const OutletPlan& outlet, const WindowSpan& window, EventTime minute,
                          const Zone& zone, DeviceHourCache& hours_of) {
  const Reach reach = reach_of(outlet, window);
  bool resent = false;
  const EventTime first = floor_to(window.start - reach.before, hours(1));
  const EventTime end = window.end + reach.after;
  std::vector<DeviceHourCache::Wanted> wanted;
  for (const Device& device : outlet.devices) {
    for (EventTime hour = first; hour < end; hour = hour + hours(1)) {
      wanted.push_back({device.mn, hour});
    }
  }
  hours_of.preload(wanted);
  for (const Device& device : outlet.devices) {
    for (EventTime hour = first; hour < end; hour = hour + hours(1)) {
      const DeviceHour* content = hours_of.find(device.mn, hour);
      if (content == nullptr) continue;
      for (const DeviceHour::Series& series : content->series()) {
        if (series.kind == Kind::Status) continue;
        for (const KeptValue& value : series.values) {
          if (!value.contradicted && !value.resent) continue;
          const EventTime received(value.received.milliseconds());
          if (floor_to(received, minutes(1)) != minute) continue;
          if (!device.validity.covers(value.time)) continue;
          const FactorPlan* factor = outlet.factor_at(series.factor, value.time);
          if (factor == nullptr) continue;
          if (!touches(touched_windows(series.kind, value.time, device, factor, zone), window)) {
            continue;
          }
          if (value.contradicted) return "contradicted";
          resent = true;
        }
      }
    }
  }
  return resent ? "resent" : "late";
}

const std::string& stronger_cause(const std::string& a, const std::string& b) {
  return rank(a) < rank(b) ? b : a;
}

}  // namespace parkwatch
