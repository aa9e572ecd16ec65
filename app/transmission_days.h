#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "app/park_period.h"
#include "model/rules.h"
#include "processors/plan.h"
#include "processors/transmission.h"
#include "storage/store.h"

namespace parkwatch {

/// How many hours of a local day standard checks of waste water leave out (rules/parameters.csv).
inline constexpr std::string_view check_hours_name = "transmission_check_hours";

/// Counts of hours by local midnight.
using DailyTransmission = std::map<EventTime, Transmission>;

/// By outlet and factor; an empty factor stands for all of an outlet's together.
using TransmissionDays = std::map<std::pair<std::string, std::string>, DailyTransmission>;

/// Counts the closed hours of a park's pollutants and pH in a period of whole days, anew from
/// stored rows: what came late or was corrected is in it. `plan` is made from the rules.
TransmissionDays count_transmission(Store& store, const Rules& rules, const Plan& plan,
                                    const ParkPeriod& period);

/// Of the days that begin in [from, to).
Transmission total(const DailyTransmission& days, EventTime from, EventTime to);

/// The parameter that holds for an outlet, by the rule pack that it has then; nullptr: none.
const Parameter* outlet_parameter(const Rules& rules, const Plan& plan, std::string_view name,
                                  const std::string& outlet, EventTime at);

}  // namespace parkwatch
