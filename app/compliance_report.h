#pragma once

#include <string>

#include "app/active_set.h"
#include "app/report.h"
#include "storage/store.h"

namespace parkwatch {

/// A park's local month.
struct ParkMonth {
  std::string park;
  EventTime start, end;  // local midnights
  std::string name;      // 2026-11
};

/// The month that a text such as 2026-11 names in a park's zone; nothing for any other text.
std::optional<ParkMonth> park_month(const std::string& park, std::string_view month,
                                    const Zone& zone);

/// What a bureau files of one park and month: outlets with data and limits, exceedances, the three
/// simultaneities, data quality, corrections, cluster shares, and what it rests on. Everything is
/// counted from stored rows; a month that is not over yet says so.
Report compliance_report(Store& store, const ActiveSet& set, const ParkMonth& month, bool chinese);

}  // namespace parkwatch
