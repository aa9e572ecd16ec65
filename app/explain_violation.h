#pragma once

#include "app/explain_context.h"

namespace parkwatch {

/// How a row of violation came about. Of a construction project: its acts, and what the rule
/// demanded of them when. Of running together: the parameters in force, the minutes in which the
/// condition held, the meters that say so with their records, and the mass emitted meanwhile.
/// Judged again from what the store holds. Throws UnknownKey where the park has no time yet.
Explanation explain_violation(ExplainContext& context, const Row& row);

}  // namespace parkwatch
