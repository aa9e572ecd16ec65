#pragma once

#include <cstddef>

#include "processors/plan.h"
#include "storage/store.h"

namespace parkwatch {

/// Works off dirty marks: sums park contributions into cluster windows and deletes exactly the
/// marks it has read, so a contribution written meanwhile leaves a mark of its own. Threads: used
/// by one thread, the holder of the clusters.
class ClusterStep {
 public:
  ClusterStep(Store& store, const Plan& plan) : store_(store), plan_(plan) {}

  /// Takes at most `marks_max` marks. Returns how many it worked off: 0 when none is left.
  /// Throws StoreUnavailable, SetMoved.
  std::size_t step(std::size_t marks_max);

 private:
  Store& store_;
  const Plan& plan_;
};

}  // namespace parkwatch
