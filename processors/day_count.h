#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/lifecycle_rules.h"
#include "model/zone.h"

namespace parkwatch {

/// Counts local days for deadlines. A day is its number since 1970-01-01. The day of an act is not
/// counted; a deadline is met on the whole of its last day.
class DayCount {
 public:
  /// Both outlive it.
  DayCount(const Zone& zone, const std::vector<CalendarPeriod>& calendar)
      : zone_(zone), calendar_(calendar) {}

  std::int64_t day_of(EventTime at) const;
  /// The first instant of a day.
  EventTime start_of(std::int64_t day) const;
  /// The first instant after a day.
  EventTime end_of(std::int64_t day) const { return start_of(day + 1); }

  /// Monday to Friday, unless the calendar says otherwise.
  bool is_working(std::int64_t day) const;
  /// The `count`-th working day after `day`.
  std::int64_t working_days_after(std::int64_t day, int count) const;
  /// The day with the same number so many months later, or the last of that month.
  static std::int64_t months_after(std::int64_t day, int months);

  /// "holidays of 2027 are not known" for the first such year of the days given; empty for none.
  std::string doubt(std::int64_t first, std::int64_t last) const;

 private:
  const Zone& zone_;
  const std::vector<CalendarPeriod>& calendar_;
};

}  // namespace parkwatch
