#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "app/outbox.h"
#include "processors/plan.h"
#include "storage/store.h"

namespace parkwatch {

/// The duty of summing clusters, counted in `progress` (app/turn.h).
inline const PartitionId cluster_turn{"parkwatch:clusters", 0};

/// The totals of one cluster window (cluster, span, start) from its parks' stored contributions, by
/// factor.
std::map<std::string, Row> cluster_rows(Store& store, const Plan& plan, const Key& window);

/// Works off dirty marks: sums park contributions into cluster windows and deletes exactly the
/// marks it has read, so a contribution written meanwhile leaves a mark of its own. Any number of
/// processes may do so: a step that another one overtook writes nothing, so no total is ever
/// replaced by an older one. Threads: used by one thread.
class ClusterStep {
 public:
  ClusterStep(Store& store, const Plan& plan, const Publishing& publishing = {})
      : store_(store), plan_(plan), publishing_(publishing) {}

  /// Takes at most `marks_max` marks. Returns how many were seen: 0 when none is left.
  /// Throws StoreUnavailable, SetMoved.
  std::size_t step(std::size_t marks_max);

 private:
  void sum_window(const Key& window, Commit& commit);

  Store& store_;
  const Plan& plan_;
  Publishing publishing_;
};

}  // namespace parkwatch
