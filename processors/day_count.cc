#include "processors/day_count.h"

#include <algorithm>
#include <optional>

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr std::chrono::minutes no_offset{0};
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::chrono::hours half_day{12};

CivilTime date_of(std::int64_t day) {
  return civil_time(day * day_ms, no_offset);
}

}  // namespace

std::int64_t DayCount::day_of(EventTime at) const {
  const EventTime local = at + std::chrono::milliseconds(zone_.offset_at(at));
  return floor_to(local, std::chrono::milliseconds(day_ms)).milliseconds() / day_ms;
}

EventTime DayCount::start_of(std::int64_t day) const {
  // Noon lies in the day however the offset changes within it.
  const EventTime noon = EventTime(day * day_ms) + half_day;
  return zone_.day_start(noon - std::chrono::milliseconds(zone_.offset_at(noon)));
}

bool DayCount::is_working(std::int64_t day) const {
  for (const CalendarPeriod& period : calendar_) {
    if (period.first_day <= day && day <= period.last_day) return period.working;
  }
  constexpr std::int64_t first_monday = 4;  // 1970-01-05
  const std::int64_t weekday = ((day - first_monday) % 7 + 7) % 7;
  return weekday < 5;
}

std::int64_t DayCount::working_days_after(std::int64_t day, int count) const {
  while (count > 0) {
    ++day;
    if (is_working(day)) --count;
  }
  return day;
}

std::int64_t DayCount::months_after(std::int64_t day, int months) {
  CivilTime date = date_of(day);
  const int month = date.month - 1 + months;
  date.year += month / 12;
  date.month = month % 12 + 1;
  std::optional<std::int64_t> at;
  for (; !(at = from_civil_time(date, no_offset)); --date.day) check(date.day > 28);
  return *at / day_ms;
}

std::string DayCount::doubt(std::int64_t first, std::int64_t last) const {
  for (int year = date_of(first).year; year <= date_of(last).year; ++year) {
    const bool known =
        std::any_of(calendar_.begin(), calendar_.end(), [&](const CalendarPeriod& period) {
          return date_of(period.first_day).year <= year && year <= date_of(period.last_day).year;
        });
    if (!known) return "holidays of " + std::to_string(year) + " are not known";
  }
  return {};
}

}  // namespace parkwatch
