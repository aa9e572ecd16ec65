#pragma once

#include "app/explain_context.h"

namespace parkwatch {

/// How a row of cluster_window came about: the parks' contributions, and of hours the outlets' with
/// their shares.
Explanation explain_cluster(ExplainContext& context, const Row& row);

/// How an episode came about: its events with both times, and the verdicts that it is made of.
/// `row` is nothing for one that was withdrawn or superseded; `id` names it.
Explanation explain_episode(ExplainContext& context, const std::string& id,
                            const std::optional<Row>& row);

}  // namespace parkwatch
