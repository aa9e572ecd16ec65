#include "tests/simulation/trial.h"

#include <array>
#include <sstream>

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

Tables expected_tables(const Trial& trial) {
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

std::string difference(const Tables& product, const Tables& expected) {
  // What other tables rest on comes first.
  constexpr std::array order = {"device_hour", "park",          "outlet_window",  "verdict",
                                "quality",     "contribution",  "cluster_window", "episode",
                                "history",     "episode_event", "dead_letter",    "counter"};
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
             "\n  product: " + (more ? our_line : "(no more)") +
             "\n  oracle:  " + (their_more ? their_line : "(no more)");
    }
  }
  return {};
}

std::string failure_of(const Trial& trial) {
  const Outcome outcome = run_product(trial);
  if (!outcome.failure.empty()) return outcome.failure;
  return difference(outcome.tables, expected_tables(trial));
}

}  // namespace parkwatch::simulation
