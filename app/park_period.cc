#include "app/park_period.h"

namespace parkwatch {

std::optional<EventTime> local_day(std::string_view day, const Zone& zone) {
  constexpr std::size_t day_size = 10;  // 2026-11-03
  if (day.size() != day_size) return std::nullopt;
  const std::optional<std::int64_t> noon = parse_iso_time(std::string(day) + "T12:00:00Z");
  if (!noon) return std::nullopt;
  const EventTime at(*noon);
  return zone.day_start(at - zone.offset_at(at));
}

std::string local_day_text(EventTime at, const Zone& zone) {
  return zoned_text(at.milliseconds(), zone.offset_at(at)).substr(0, 10);
}

std::optional<ParkPeriod> park_month(const std::string& park, std::string_view text,
                                     const Zone& zone) {
  const std::string name(text);
  const std::optional<EventTime> start = local_day(name + "-01", zone);
  if (!start) return std::nullopt;
  // A day in the month after, whatever the length of this one.
  const std::string later = local_day_text(*start + std::chrono::days(40), zone);
  return ParkPeriod{park, *start, *local_day(later.substr(0, 7) + "-01", zone), name};
}

}  // namespace parkwatch
