#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/counters.h"
#include "processors/violation.h"
#include "storage/store.h"

namespace parkwatch {

/// Turns commits into lines for people: alerts opening, resolving and being withdrawn, verdicts
/// changed by late data; and keeps what is broken of the three simultaneities. Threads: `take` on
/// the worker's, the rest on any other.
class DemoEvents {
 public:
  struct Totals {
    std::int64_t commits = 0;
    std::int64_t opened = 0, resolved = 0, withdrawn = 0;
    std::int64_t verdicts_changed = 0;  // former versions of closed verdicts with another state
    Counters counters;
    /// Rules of the three simultaneities that are broken now, by rule, subject and start.
    std::map<Row, Violation> broken;
  };

  void take(const Commit& commit);
  /// The lines since the last call.
  std::vector<std::string> lines();
  Totals totals() const;

 private:
  void take_episode(const Row& event);
  void take_former(const Commit& commit, const Row& former);
  void take_violation(const Change& change);
  void say(std::string line);

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  Totals totals_;
};

}  // namespace parkwatch
