#include "model/zone.h"

#include <algorithm>

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds day_length = std::chrono::hours(24);

/// The instant at which local midnight of the given local day (in shifted milliseconds) falls.
EventTime instant_of_local(const Zone& zone, std::int64_t local_ms) {
  // The offset just before the change is tried first: midnight that occurs twice starts the day
  // once.
  EventTime guess(local_ms -
                  std::chrono::milliseconds(zone.offset_at(EventTime(local_ms))).count());
  for (int i = 0; i < 2; ++i) {
    const std::chrono::milliseconds offset = zone.offset_at(guess);
    const EventTime next(local_ms - offset.count());
    if (next == guess) return guess;
    guess = next;
  }
  return guess;
}

}  // namespace

std::chrono::minutes Zone::offset_at(EventTime at) const {
  const auto after = std::upper_bound(changes.begin(), changes.end(), at,
                                      [](EventTime t, const Change& c) { return t < c.at; });
  return after == changes.begin() ? first_offset : std::prev(after)->offset;
}

EventTime Zone::day_start(EventTime at) const {
  const std::int64_t local = at.milliseconds() + std::chrono::milliseconds(offset_at(at)).count();
  const std::int64_t midnight = floor_to(EventTime(local), day_length).milliseconds();
  return instant_of_local(*this, midnight);
}

EventTime Zone::day_end(EventTime at) const {
  const std::int64_t local = at.milliseconds() + std::chrono::milliseconds(offset_at(at)).count();
  const std::int64_t midnight = floor_to(EventTime(local), day_length).milliseconds();
  return instant_of_local(*this, midnight + day_length.count());
}

EventTime Zone::quarter_start(EventTime at) const {
  constexpr int months_of_quarter = 3;
  CivilTime first = civil_time(at.milliseconds(), offset_at(at));
  first = {.year = first.year,
           .month = (first.month - 1) / months_of_quarter * months_of_quarter + 1};
  return instant_of_local(*this, *from_civil_time(first, std::chrono::minutes(0)));
}

}  // namespace parkwatch
