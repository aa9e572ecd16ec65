#pragma once

#include <string>

#include "app/explain_context.h"
#include "processors/verdict.h"

namespace parkwatch {

/// Of a verdict's judged value and of its limit.
std::string unit_of(const Verdict& verdict, const Factor& factor);

/// The section on the limit that a stored verdict names. `outlet`: as registered then; `verdict`:
/// as computed now; nullptr where there is none.
void add_limit(ExplainContext& context, const Row& row, const Outlet* outlet,
               const Verdict* verdict, Explanation& explanation);

}  // namespace parkwatch
