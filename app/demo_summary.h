#pragma once

#include <string>

#include "app/counters.h"
#include "app/demo_events.h"
#include "app/demo_loggers.h"
#include "storage/store.h"

namespace parkwatch {

/// What a demonstration has done, as JSON: `frames` by protocol version, `records` and `values` by
/// what became of them, `windows`, `verdicts`, `clusters`, `violations` by rule and state,
/// `episodes` by state, `difference` (0 always).
struct DemoSummary {
  std::string json;
  std::int64_t difference = 0;
  std::string text;  // a few lines for people
};

/// Sums the counters of all partitions and counts the rows that the demonstration left.
DemoSummary summarise(Store& store, const DemoEvents::Totals& events,
                      const DemoLoggers::Counters& loggers);

}  // namespace parkwatch
