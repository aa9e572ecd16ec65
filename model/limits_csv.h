#pragma once

#include "model/rules.h"
#include "model/sheet.h"

namespace parkwatch {

/// Reads limits.csv and, where it stands, stack_limits.csv into `rules.limits`, after factors and
/// units. Rows of stack_limits.csv with one id and one validity are one limit, a table by height.
void read_limits(const TextFiles& files, Rules& rules, Faults& faults);

}  // namespace parkwatch
