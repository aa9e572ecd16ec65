#pragma once

#include "app/explain_context.h"

namespace parkwatch {

/// How a row of outlet_window came about: minutes, conversions, rules, mass, versions, records.
Explanation explain_window(ExplainContext& context, const Row& row);

/// The same for a row of verdict, with the limit it was held against.
Explanation explain_verdict(ExplainContext& context, const Row& row);

}  // namespace parkwatch
