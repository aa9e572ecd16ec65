#include "tests/simulation/schedule.h"

#include <array>

namespace parkwatch::simulation {

Schedule make_schedule(Random& random, int partitions, std::size_t records, bool activates) {
  using What = Event::What;
  Schedule schedule;
  schedule.workers = static_cast<int>(random.between(1, 3));
  schedule.batch_max = static_cast<std::size_t>(random.pick({1, 3, 7, 20, 100}));
  schedule.marks_max = static_cast<std::size_t>(random.pick({1, 5, 2000, 2000}));
  schedule.clusters_apart = random.chance(20);
  schedule.sqlite = random.one_in(20);
  for (int i = 0; i < 17; ++i) {
    schedule.cuts.push_back(static_cast<int>(random.pick({1, 2, 5, 10, 20, 40})));
  }
  const std::array often = {What::Switch,
                            What::Switch,
                            What::Stall,
                            What::Move,
                            What::Take,
                            What::StallAtCommit,
                            What::Zombie,
                            What::Fail,
                            What::FailAfter,
                            What::CrashBefore,
                            What::CrashAfter,
                            What::CrashBeforeCommit,
                            What::CrashAfterCommit};
  const std::int64_t count = random.pick({0, 5, 20, 60});
  std::int64_t operation = 0;
  // About that many operations are made; the events spread over them.
  const std::int64_t all = 20 + static_cast<std::int64_t>(records) * 4;
  for (std::int64_t i = 0; i < count; ++i) {
    operation += random.below(1 + 2 * all / count);
    const What what = often[static_cast<std::size_t>(random.below(often.size()))];
    int argument = static_cast<int>(random.below(partitions));
    if (what == What::Stall || what == What::Zombie || what == What::StallAtCommit) {
      argument = static_cast<int>(random.pick({1, 3, 10, 60}));
    }
    schedule.events.push_back({operation, what, argument});
    if (activates && i == count / 2) {
      schedule.events.push_back({operation, What::Activate, 0});
      activates = false;
    }
  }
  if (activates) schedule.events.push_back({operation + random.below(all), What::Activate, 0});
  return schedule;
}

std::string event_text(const Event& event) {
  constexpr std::array names = {"another worker goes on",
                                "the worker stands still",
                                "the worker dies before the operation",
                                "the worker dies after the operation",
                                "the worker dies before its next commit",
                                "the worker dies after its next commit",
                                "the store is away",
                                "the store's answer is lost",
                                "a partition is handed over",
                                "a partition is taken away unnoticed",
                                "the worker stops before its next commit and loses its partitions",
                                "the worker stops before its next commit",
                                "the corrected registry is activated"};
  return "operation " + std::to_string(event.operation) + ": " +
         names[static_cast<std::size_t>(event.what)] + " (" + std::to_string(event.argument) + ")";
}

}  // namespace parkwatch::simulation
