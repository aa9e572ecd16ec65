#include "tests/simulation/shrink.h"

#include <algorithm>

namespace parkwatch::simulation {

namespace {

/// Leaves out ever smaller stretches of a list while the trial still fails. `list_of` names the
/// list of a trial.
template <class ListOf>
void shrink_list(Trial& trial, const ListOf& list_of, int& tries) {
  const auto fails_without = [&](std::size_t first, std::size_t count) {
    Trial candidate = trial;
    auto& list = list_of(candidate);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(first),
               list.begin() + static_cast<std::ptrdiff_t>(first + count));
    --tries;
    if (failure_of(candidate).empty()) return false;
    trial = std::move(candidate);
    return true;
  };
  for (std::size_t size = std::max<std::size_t>(list_of(trial).size() / 2, 1);; size /= 2) {
    for (std::size_t first = 0; first < list_of(trial).size() && tries > 0;) {
      const std::size_t count = std::min(size, list_of(trial).size() - first);
      if (!fails_without(first, count)) first += count;
    }
    if (size <= 1 || tries <= 0) return;
  }
}

void try_simpler(Trial& trial, int& tries, void (*change)(Schedule&)) {
  Trial candidate = trial;
  change(candidate.schedule);
  --tries;
  if (!failure_of(candidate).empty()) trial = std::move(candidate);
}

std::string optional_time(const std::optional<Time>& at) {
  return at ? oracle::time_text(*at) : "none";
}

}  // namespace

Trial shrink(const Trial& failing, int tries_max) {
  Trial trial = failing;
  int tries = tries_max;
  try_simpler(trial, tries, [](Schedule& schedule) { schedule.sqlite = false; });
  try_simpler(trial, tries, [](Schedule& schedule) { schedule.events.clear(); });
  try_simpler(trial, tries, [](Schedule& schedule) { schedule.workers = 1; });
  for (std::size_t before = 0; before != trial.log.records.size() && tries > 0;) {
    before = trial.log.records.size();
    shrink_list(
        trial, [](Trial& one) -> std::vector<oracle::Sent>& { return one.log.records; }, tries);
    shrink_list(
        trial, [](Trial& one) -> std::vector<Event>& { return one.schedule.events; }, tries);
  }
  try_simpler(trial, tries, [](Schedule& schedule) { schedule.cuts = {1}; });
  return trial;
}

std::string describe(const Trial& trial) {
  const Schedule& schedule = trial.schedule;
  std::string text = "seed " + std::to_string(trial.seed) + ": " +
                     std::to_string(trial.log.partitions) + " partitions, " +
                     std::to_string(schedule.workers) + " workers, at most " +
                     std::to_string(schedule.batch_max) + " records a commit, " +
                     (schedule.sqlite ? "SQLite" : "memory") + "\n";
  for (const auto& [name, rows] : trial.world.registry) {
    text += name + ".csv\n" + oracle::write_csv(rows);
  }
  text += "cuts:";
  for (const int cut : schedule.cuts) text += " " + std::to_string(cut);
  for (const Event& event : schedule.events) text += "\n" + event_text(event);
  text += "\n";
  for (const oracle::Sent& sent : trial.log.records) {
    std::string payload = sent.payload;
    while (!payload.empty() && (payload.back() == '\n' || payload.back() == '\r')) {
      payload.pop_back();
    }
    text += "partition " + std::to_string(sent.partition) + ", key " + sent.key + ", stamp " +
            optional_time(sent.stamp) + ", append " + optional_time(sent.append) + "\n  " +
            payload + "\n";
  }
  return text;
}

}  // namespace parkwatch::simulation
