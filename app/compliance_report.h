#pragma once

#include <string>

#include "app/active_set.h"
#include "app/park_period.h"
#include "app/report.h"
#include "storage/store.h"

namespace parkwatch {

/// What a bureau files of one park and month: outlets with data and limits, exceedances, the three
/// simultaneities, transmission rates, data quality, corrections, cluster shares, and what it rests
/// on. Everything is
/// counted from stored rows; a month that is not over yet says so.
Report compliance_report(Store& store, const ActiveSet& set, const ParkPeriod& month, bool chinese);

}  // namespace parkwatch
