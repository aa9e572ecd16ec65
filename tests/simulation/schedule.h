#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/random.h"

namespace parkwatch::simulation {

/// One thing that happens to the workers, at the first store operation of anybody from the
/// `operation`-th on.
struct Event {
  enum class What : std::uint8_t {
    Switch,             // another worker goes on
    Stall,              // this worker does not go on for `argument` switches
    CrashBefore,        // this worker dies before the operation
    CrashAfter,         // ... after it
    CrashBeforeCommit,  // ... before its next commit
    CrashAfterCommit,   // ... after its next commit
    Fail,               // the store is away: the operation is not done
    FailAfter,          // the operation is done, its answer is lost
    Move,               // partition `argument` changes hands; its owner is told first
    Take,               // partition `argument` changes hands; its owner learns of it too late
    Zombie,             // this worker stops before its next commit, all its partitions are taken
    StallAtCommit,      // this worker stops before its next commit and keeps its partitions
    Activate,           // the corrected registry is activated
  };
  std::int64_t operation = 0;
  What what = What::Switch;
  int argument = 0;
};

/// Everything about a run that is not its input.
struct Schedule {
  int workers = 2;
  std::size_t batch_max = 10;     // records of one commit
  std::size_t marks_max = 2'000;  // of a cluster step
  bool clusters_apart = false;    // only the last worker works off dirty marks
  bool sqlite = false;
  std::vector<int> cuts;  // records handed out by one poll, in turn
  std::vector<Event> events;
};

Schedule make_schedule(Random& random, int partitions, std::size_t records, bool activates);
std::string event_text(const Event& event);

}  // namespace parkwatch::simulation
