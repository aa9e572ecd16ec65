#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/validity.h"

namespace parkwatch {

/// A dated value of a life-cycle rule (rules/lifecycle.csv): a parameter, a severity, or its legal
/// basis, whose value says in words what it demands.
struct LifecycleEntry {
  std::string rule, name, value, standard, clause;
  bool sure = false;  // false as well where clause or date are unknown
  Validity validity;
};

/// Days that differ from the week's own order (rules/working_days.csv): a public holiday, or a
/// weekend that is worked to make up for one.
struct CalendarPeriod {
  std::int64_t first_day = 0;  // days since 1970-01-01, both included
  std::int64_t last_day = 0;
  bool working = false;
  std::string name, source;
  bool sure = false;
};

/// What the life-cycle rules TS-L01 to TS-L15 are judged by.
struct LifecycleRules {
  std::vector<LifecycleEntry> entries;
  std::vector<CalendarPeriod> calendar;  // ascending, apart

  /// The entry that holds at `at`, or nullptr. A rule without a basis at the date of an act was not
  /// in force then.
  const LifecycleEntry* find(std::string_view rule, std::string_view name, EventTime at) const;
  /// The whole number of an entry that must hold at all times. A set that `check` passes has it.
  int number(std::string_view rule, std::string_view name, EventTime at) const;
  const std::string& word(std::string_view rule, std::string_view name, EventTime at) const;
};

}  // namespace parkwatch
