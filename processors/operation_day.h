#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "processors/minutes.h"
#include "processors/operation_plan.h"
#include "processors/plan.h"

namespace parkwatch {

/// Whether a treatment group's reported run time of one local day is below the share of the
/// production minutes (TS-O06): the sum of its members' SBn-RT, in hours, against the share of
/// `required` times the minutes the line was on. Nothing where a member reported none, the line was
/// never on, or the group has no members at the start of the day.
std::optional<bool> run_time_too_short(const Plan& plan, const OperationSite& site,
                                       const TreatmentGroup& group, EventTime day_start,
                                       EventTime day_end, std::int64_t production_minutes,
                                       const DeviceHours& hours);

}  // namespace parkwatch
