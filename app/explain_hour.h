#pragma once

#include "app/explain_context.h"

namespace parkwatch {

/// The sections of one factor's hour, from the steps that the calculation itself went.
void add_hour_steps(ExplainContext& context, const OutletPlan& outlet, const WindowKey& key,
                    const HourSteps& steps, const FactorHour& factor, Explanation& explanation);

/// How a measured concentration becomes one at reference oxygen, in words and numbers.
std::string reference_formula(const Parameters& parameters, Decimal reference);

}  // namespace parkwatch
