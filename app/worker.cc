#include "app/worker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/cluster_step.h"
#include "app/log.h"
#include "app/memory.h"
#include "app/rejudge_step.h"
#include "app/rows.h"
#include "app/store_picture.h"
#include "app/waiting.h"

namespace parkwatch {

namespace {

std::string text_of(const PartitionId& id) {
  return id.topic + "/" + std::to_string(id.partition);
}

}  // namespace

Worker::Worker(Source& source, Store& store, Producer* ticks, Metrics& metrics, WorkerHooks hooks,
               Options options)
    : source_(source),
      store_(store),
      metrics_(metrics),
      hooks_(std::move(hooks)),
      options_(std::move(options)),
      pace_(options_.pace) {
  if (ticks != nullptr) ticker_.emplace(*ticks, options_.topic);
}

void Worker::load_plan() {
  const std::string active = store_.active_set();
  if (plan_ != nullptr && plan_->hash() == active) return;
  plan_ = hooks_.plan(active);
  task_ = std::make_unique<Task>(store_, plan_, hooks_.decoder_options(*plan_), options_.task);
  if (ticker_) ticker_->set_parks(plan_->parks());
  log_info("registry and rules " + active.substr(0, 12) + " are active");
}

bool Worker::retry_while_away(const std::stop_token& stop, const std::function<void()>& action) {
  std::chrono::milliseconds pause = options_.retry_first;
  for (;;) {
    try {
      action();
      const std::string trouble = source_.trouble();
      hooks_.ready(trouble.empty() ? trouble : "kafka: " + trouble);
      return true;
    } catch (const StoreUnavailable& away) {
      metrics_.add(Metric::StoreWriteErrors);
      hooks_.ready(std::string("store: ") + away.what());
      log_warning(std::string("store unavailable, trying again: ") + away.what());
    }
    if (task_ != nullptr) task_->drop();
    wait_unless_stopped(stop, pause);
    if (stop.stop_requested()) return false;
    pause = std::min(pause * 2, options_.retry_most);
  }
}

void Worker::forget(const PartitionId& id) {
  partitions_.erase(id);
  stale_.erase(id);
  task_->drop();
}

void Worker::assign(const PartitionId& id) {
  PartitionState state = partition_state(id, store_.claim(id));
  if (state.next_offset < 0) {
    const std::optional<std::int64_t> hint = source_.committed_hint(id);
    if (hint && *hint > 0) {
      throw StoreRefused("partition " + text_of(id) + " has offset " + std::to_string(*hint) +
                         " in Kafka but no progress in this store: use the store that belongs to "
                         "this consumer group, or another group id");
    }
    source_.seek(id, source_.watermarks(id).low);
  } else {
    cross_gap(state);
    source_.seek(id, state.next_offset);
  }
  log_info("took over " + text_of(id) + " at offset " + std::to_string(state.next_offset));
  partitions_[id] = std::move(state);
}

/// What retention has taken away is never skipped in silence: the store says what is missing, or
/// the seek that follows refuses.
void Worker::cross_gap(PartitionState& state) {
  const std::int64_t low = source_.watermarks(state.id).low;
  if (state.next_offset >= low || !options_.go_on_at_gap) return;
  const std::int64_t missing = low - state.next_offset;
  Commit commit;
  commit.move = PartitionMove{state.id, state.epoch,      state.next_offset,
                              low,      state.chain_head, state.counters};
  commit.changes.push_back(
      {TableId::LogGap,
       {state.id.topic, std::int64_t{state.id.partition}, state.next_offset, low},
       false});
  try {
    store_.commit(commit);
  } catch (const StaleCommit&) {
    // Another process has taken the partition since: the next commit finds out, too.
    log_info(text_of(state.id) + " has another owner now");
  }
  metrics_.add(Metric::LogGap, {state.id.topic, std::to_string(state.id.partition)},
               static_cast<std::uint64_t>(missing));
  log_error(text_of(state.id) + ": offsets " + std::to_string(state.next_offset) + " to " +
            std::to_string(low - 1) +
            " are gone from Kafka and were never read; going on behind them, as kafka.gap says");
  state.next_offset = low;
}

void Worker::observe(const Counters& before, const Counters& after) {
  const auto grown = [&](const std::string& name) -> std::uint64_t {
    const auto now = after.find(name);
    if (now == after.end()) return 0;
    const auto then = before.find(name);
    return static_cast<std::uint64_t>(now->second - (then == before.end() ? 0 : then->second));
  };
  for (const Fate fate :
       {Fate::Accepted, Fate::Corrected, Fate::Duplicate, Fate::Quarantined, Fate::NotMonitored}) {
    const std::string name(fate_name(fate));
    metrics_.add(Metric::Records, {name}, grown("records_" + name));
    metrics_.add(Metric::Values, {name}, grown("values_" + name));
  }
  metrics_.add(Metric::Ticks, grown("ticks"));
  metrics_.add(Metric::Corrections, grown("values_corrected"));
  metrics_.add(Metric::MisplacedRecords, grown("misplaced"));
  metrics_.add(Metric::KafkaRecords, {options_.topic}, grown("records_received") + grown("ticks"));
  for (const auto& [name, value] : after) {
    if (!name.starts_with("reason_")) continue;
    metrics_.add(Metric::DeadLetters, {name.substr(7)}, grown(name));
  }
  std::int64_t difference = 0;
  for (const auto& [id, state] : partitions_) {
    difference += conservation_difference(state.counters, "records");
    difference += conservation_difference(state.counters, "values");
  }
  metrics_.set(Metric::ConservationDifference, difference);
  metrics_.set_checkpoint(hooks_.clock());
}

bool Worker::try_commit(PartitionState& state, std::span<const RecordView> records) {
  load_plan();
  Commit commit;
  try {
    if (!contested_.empty()) store_.hold_parks(contested_);
    commit = task_->step(state, records);
    const auto begin = std::chrono::steady_clock::now();
    store_.commit(commit);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    metrics_.observe(Metric::StoreCommitSeconds, seconds.count());
    task_->settle();
    const Counters before = state.counters;
    state.counters = commit.move->counters;
    state.next_offset = commit.move->next_offset;
    state.chain_head = commit.move->chain_head;
    observe(before, state.counters);
    count_episode_events(commit, metrics_);
    if (hooks_.committed) hooks_.committed(commit, before);
    return true;
  } catch (const ParkMoved& moved) {
    log_info("park " + moved.parks.front() + " was changed by another worker: reading it again");
    task_->drop();
    contested_.clear();
    for (const ParkVersion& park : commit.parks) contested_.push_back(park.park);
  } catch (const SetMoved&) {
    plan_ = nullptr;
  }
  return false;
}

void Worker::commit_batch(PartitionState& state, std::span<const RecordView> records,
                          const std::stop_token& stop) {
  contested_.clear();
  for (int tries = 0; tries < options_.commit_tries; ++tries) {
    bool done = false;
    if (!retry_while_away(stop, [&] { done = try_commit(state, records); })) return;
    if (done) return;
  }
  throw StoreUnavailable("parks kept moving under " + text_of(state.id) +
                         ": is a record's key not its park's id?");
}

void Worker::take(const PartitionRecords& batch, const std::stop_token& stop) {
  const auto found = partitions_.find(batch.id);
  if (found == partitions_.end()) return;
  std::span<const RecordView> rest = batch.records;
  while (!rest.empty() && rest.front().offset < found->second.next_offset) rest = rest.subspan(1);
  while (!rest.empty() && !stop.stop_requested()) {
    const std::size_t size = std::min(rest.size(), options_.batch_records_max);
    try {
      commit_batch(found->second, rest.first(size), stop);
    } catch (const StaleCommit& stale) {
      log_warning(text_of(batch.id) + " has another owner now: " + stale.what());
      task_->drop();
      stale_.insert(batch.id);
      partitions_.erase(found);
      return;
    }
    rest = rest.subspan(size);
  }
  if (!stop.stop_requested()) {
    source_.offsets_committed_hint(batch.id, found->second.next_offset);
  }
}

void Worker::take_all(const Poll& poll, const std::set<PartitionId>& claimed,
                      const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t count = 0;
  for (const PartitionRecords& records : poll.records) {
    count += records.records.size();
    if (!claimed.contains(records.id)) take(records, stop);  // sought anew: these are void
  }
  pace_.learn(count, std::chrono::steady_clock::now() - begin);
  source_.limit_poll(pace_.records());
}

/// Between batches: what was marked as owed is worked off in slices, so that readings never wait
/// long.
void Worker::work_off(const std::stop_token& stop) {
  retry_while_away(stop, [&] {
    try {
      load_plan();
      rejudge_slice(store_, *task_, options_.rejudge_hours);
      if (options_.clusters) {
        ClusterStep(store_, *plan_, options_.task.publishing).step(options_.marks_max);
      }
    } catch (const SetMoved&) {
      plan_ = nullptr;
    }
  });
}

void Worker::append_ticks(bool regrouped) {
  if (!ticker_ || plan_ == nullptr) return;
  if (regrouped) ticker_->set_partition_count(source_.partition_count(options_.topic));
  std::vector<std::int32_t> at_end;
  for (const auto& [id, state] : partitions_) {
    if (source_.end_of_partition(id)) at_end.push_back(id.partition);
  }
  ticker_->append(ReceivedTime(hooks_.clock()), at_end);
}

/// About once a second: asking for every partition at every poll would cost more than it tells.
void Worker::show_lag() {
  const auto now = std::chrono::steady_clock::now();
  if (now - lag_shown_ < std::chrono::seconds(1)) return;
  lag_shown_ = now;
  std::vector<Sample> samples;
  for (const auto& [id, state] : partitions_) {
    const std::optional<std::int64_t> lag = source_.lag(id);
    if (lag) samples.push_back({{id.topic, std::to_string(id.partition)}, std::to_string(*lag)});
  }
  metrics_.set_series(Metric::KafkaLag, std::move(samples));
}

/// What a batch needs for a moment may be several times what is held.
void Worker::return_memory() {
  constexpr std::chrono::seconds interval(2);
  const auto now = std::chrono::steady_clock::now();
  if (now - memory_returned_ < interval) return;
  memory_returned_ = now;
  return_freed_memory();
}

void Worker::run(std::stop_token stop) {
  hooks_.ready("starting");
  if (!retry_while_away(stop, [&] { load_plan(); })) return;
  source_.limit_poll(pace_.records());
  while (!stop.stop_requested()) {
    const Poll poll = source_.poll(options_.poll_timeout);
    for (const auto* gone : {&poll.lost, &poll.revoked}) {
      for (const PartitionId& id : *gone) forget(id);
    }
    for (const PartitionId& id : poll.assigned) {
      if (!retry_while_away(stop, [&] { assign(id); })) return;
    }
    // Still ours, though another moved them in the store: that one was late to learn of its loss.
    const std::set<PartitionId> claimed = std::exchange(stale_, {});
    for (const PartitionId& id : claimed) {
      if (!retry_while_away(stop, [&] { assign(id); })) return;
    }
    take_all(poll, claimed, stop);
    work_off(stop);
    append_ticks(poll.rebalanced || !poll.assigned.empty());
    show_lag();
    return_memory();
    metrics_.set_checkpoint(hooks_.clock());  // finding nothing to do is progress too
  }
}

}  // namespace parkwatch
