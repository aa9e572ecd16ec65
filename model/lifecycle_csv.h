#pragma once

#include <string>
#include <vector>

#include "model/fault.h"
#include "model/lifecycle_rules.h"
#include "model/sheet.h"

namespace parkwatch {

/// TS-L01 to TS-L15.
const std::vector<std::string>& lifecycle_rule_names();

/// Reads rules/lifecycle.csv and rules/working_days.csv. Either may be left out: without the first
/// nothing is judged, without the second every year's holidays are unknown. Where lifecycle.csv
/// stands, every rule must have its severity and parameters at all times, and its basis without a
/// gap from the first one on.
void read_lifecycle_rules(const TextFiles& files, LifecycleRules& rules, Faults& faults);

}  // namespace parkwatch
