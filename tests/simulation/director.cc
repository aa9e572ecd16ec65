#include "tests/simulation/director.h"

namespace parkwatch::simulation {

void Director::happen(const Event& event) {
  const int worker = stage_.running();
  Armed& armed = armed_[worker];
  const int partition = event.argument % group_.partitions();
  switch (event.what) {
    case Event::What::Switch:
      return stage_.hand_over();
    case Event::What::Stall:
      return stage_.rest(event.argument);
    case Event::What::CrashBefore:
      throw ProcessDied{event.argument % 2 == 0};
    case Event::What::CrashAfter:
    case Event::What::FailAfter:
      after_[worker] = event.what;
      return;
    case Event::What::CrashBeforeCommit:
      armed.die_before = true;
      return;
    case Event::What::CrashAfterCommit:
      armed.die_after = true;
      return;
    case Event::What::Fail:
      throw StoreUnavailable("as the schedule wants");
    case Event::What::Move:
      return group_.move(partition);
    case Event::What::Take:
      return group_.take(partition);
    case Event::What::Zombie:
      armed.zombie = true;
      armed.rest = event.argument;
      return;
    case Event::What::StallAtCommit:
      armed.rest = event.argument;
      return;
    case Event::What::Activate:
      return activate_();
  }
}

void Director::before(bool commit) {
  const std::int64_t operation = operations_++;
  const int worker = stage_.running();
  while (!done() && schedule_.events[next_].operation <= operation) {
    happen(schedule_.events[next_++]);
  }
  if (!commit) return;
  const Armed armed = std::exchange(armed_[worker], {});
  if (armed.zombie) group_.take_all(worker);
  if (armed.rest > 0) stage_.rest(armed.rest);
  if (armed.die_before) throw ProcessDied{armed.rest % 2 == 0};
  if (armed.die_after) after_[worker] = Event::What::CrashAfter;
}

void Director::after(bool) {
  const auto due = after_.find(stage_.running());
  if (due == after_.end()) return;
  const Event::What what = due->second;
  after_.erase(due);
  if (what == Event::What::CrashAfter) throw ProcessDied{};
  throw StoreUnavailable("as the schedule wants, with the operation done");
}

Checkpoint SimulatedStore::claim(const PartitionId& partition) {
  director_.before(false);
  Checkpoint checkpoint = store_.claim(partition);
  director_.after(false);
  return checkpoint;
}

void SimulatedStore::read(TableId table, std::span<const Key> prefixes, const RowSink& sink) {
  director_.before(false);
  store_.read(table, prefixes, sink);
  director_.after(false);
}

void SimulatedStore::scan(TableId table, const Key& low, const Key& high, std::size_t limit,
                          const RowSink& sink) {
  director_.before(false);
  store_.scan(table, low, high, limit, sink);
  director_.after(false);
}

void SimulatedStore::commit(const Commit& commit) {
  director_.before(true);
  store_.commit(commit);
  director_.after(true);
}

std::string SimulatedStore::active_set() {
  director_.before(false);
  std::string active = store_.active_set();
  director_.after(false);
  return active;
}

}  // namespace parkwatch::simulation
