#include "tests/simulation/trial.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "model/check.h"
#include "tests/simulation/past.h"
#include "tests/simulation/tables.h"

namespace parkwatch::simulation {

Trial make_trial(std::uint64_t seed) {
  Random random(seed);
  Trial trial;
  trial.seed = seed;
  trial.world = make_world(random);
  trial.log = make_log(trial.world, random);
  const bool activates = random.one_in(6);
  if (activates) trial.corrected = corrected_registry(trial.world, random);
  trial.schedule = make_schedule(random, trial.log.partitions, trial.log.records.size(), activates);
  return trial;
}

namespace {

/// One worker under the last registry, whom nothing happens to.
Trial undisturbed(const Trial& trial, std::size_t batch_max) {
  Trial calm = trial;
  calm.schedule = {};
  calm.schedule.workers = 1;
  calm.schedule.batch_max = batch_max;
  calm.schedule.cuts = {static_cast<int>(batch_max)};
  if (calm.corrected) calm.world.registry = *std::exchange(calm.corrected, std::nullopt);
  return calm;
}

Tables tables_of(const Trial& calm) {
  Outcome outcome = run_product(calm);
  if (!outcome.failure.empty()) throw std::runtime_error("undisturbed: " + outcome.failure);
  return std::move(outcome.tables);
}

/// What is not determined by the set of records alone.
void forget_past(Tables& tables) {
  for (const char* name : {"history", "episode_event", "counter"}) tables.erase(name);
}

Tables undisturbed_tables(const Trial& trial) {
  Tables tables = tables_of(undisturbed(trial, 1));
  if (!trial.history_compared()) forget_past(tables);
  return tables;
}

Tables oracle_tables(const Trial& trial) {
  const oracle::Book book(trial.corrected ? *trial.corrected : trial.world.registry,
                          trial.world.rules);
  oracle::Oracle oracle(book);
  oracle::Past past(oracle);
  const bool compared = trial.history_compared();
  for (int partition = 0; partition < trial.log.partitions; ++partition) {
    for (const oracle::Sent& sent : trial.log.records) {
      if (sent.partition != partition) continue;
      if (compared) past.before(sent);
      oracle.consume(sent);
    }
  }
  if (compared) past.finish();
  Tables tables = oracle::print_tables(oracle, compared ? &past : nullptr);
  // What a record was when it was consumed depends on the order of the partitions where keys are
  // wrong, and on the set that was active.
  if (compared) {
    std::string& text = tables["counter"];
    for (const auto& [partition, counters] : oracle.ledger().counters()) {
      for (const auto& [name, value] : counters) {
        text += std::to_string(partition) + "," + name + "," + std::to_string(value) + "\n";
      }
    }
  }
  return tables;
}

}  // namespace

Tables expected_tables(const Trial& trial) {
  return trial.of_every_kind() ? undisturbed_tables(trial) : oracle_tables(trial);
}

std::string difference(const Tables& product, const Tables& expected) {
  // What other tables rest on comes first.
  constexpr std::array order = {
      "device_hour",    "document", "dead_letter", "park",      "mark",          "outlet_window",
      "substitution",   "verdict",  "operation",   "violation", "capture",       "contribution",
      "cluster_window", "quality",  "episode",     "history",   "episode_event", "counter"};
  check(std::all_of(expected.begin(), expected.end(), [&](const auto& table) {
    return std::find(order.begin(), order.end(), table.first) != order.end();
  }));
  for (const std::string name : order) {
    if (!expected.contains(name)) continue;
    const std::string& wanted = expected.at(name);
    const std::string& got = product.at(name);
    if (got == wanted) continue;
    std::istringstream ours(got), theirs(wanted);
    std::string our_line, their_line;
    for (int line = 1;; ++line) {
      const bool more = static_cast<bool>(std::getline(ours, our_line));
      const bool their_more = static_cast<bool>(std::getline(theirs, their_line));
      if (more && their_more && our_line == their_line) continue;
      return name + ", line " + std::to_string(line) +
             "\n  product:  " + (more ? our_line : "(no more)") +
             "\n  expected: " + (their_more ? their_line : "(no more)");
    }
  }
  return {};
}

std::string failure_in_another_order(const Trial& trial, const Tables& expected) {
  if (!trial.of_every_kind()) return {};
  Trial shuffled = undisturbed(trial, 20);
  Random random(trial.seed);
  std::vector<oracle::Sent>& records = shuffled.log.records;
  for (std::size_t i = records.size(); i > 1; --i) {
    const auto other = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)));
    std::swap(records[i - 1], records[other]);
  }
  Tables present = expected;
  forget_past(present);
  const std::string differs = difference(tables_of(shuffled), present);
  return differs.empty() ? "" : "in another order: " + differs;
}

std::string failure_of(const Trial& trial) {
  const Outcome outcome = run_product(trial);
  if (!outcome.failure.empty()) return outcome.failure;
  const Tables expected = expected_tables(trial);
  const std::string differs = difference(outcome.tables, expected);
  return differs.empty() ? failure_in_another_order(trial, expected) : differs;
}

}  // namespace parkwatch::simulation
