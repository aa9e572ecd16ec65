#pragma once

#include "processors/plan_difference.h"

namespace parkwatch {

/// Adds the periods in which what a site's operation is judged by differs between two plans:
/// meters, treatments, baselines, facilities, outlets of lines, orders, tolerances and rules, and
/// its park.
void add_operation_periods(const OperationPlan& before, const OperationPlan& after,
                           ParkPeriods& changed);

}  // namespace parkwatch
