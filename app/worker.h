#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "alerts/metrics.h"
#include "app/pace.h"
#include "app/task.h"
#include "app/ticker.h"
#include "ingest/producer.h"
#include "ingest/source.h"

namespace parkwatch {

/// What a worker is told and asked from outside; every member may be called from its thread.
struct WorkerHooks {
  /// The plan of the set with this hash; throws when it can not be had.
  std::function<std::shared_ptr<const Plan>(const std::string& hash)> plan;
  std::function<Decoder::Options(const Plan& plan)> decoder_options;
  /// Milliseconds since 1970 UTC: for ticks and ages only, never for a result. Not ahead of real
  /// time.
  std::function<std::int64_t()> clock;
  /// Why the worker is not ready; empty when it is.
  std::function<void(const std::string& reason)> ready;
  /// After each commit of a batch.
  std::function<void(const Commit& commit, const Counters& before)> committed;
};

/// Owns the loop: poll, step, commit. One per thread; partitions are never shared. Results and the
/// next offset are committed together; whatever fails is dropped and read again from the store.
class Worker {
 public:
  struct Options {
    std::string topic;
    std::chrono::milliseconds poll_timeout{100};
    std::size_t batch_records_max = 20'000;      // of one commit
    Pace::Options pace;                          // of the turns between two polls
    std::size_t marks_max = 2'000;               // dirty marks of one cluster step
    std::size_t rejudge_hours = 24;              // of one slice
    int commit_tries = 5;                        // after park versions moved
    std::chrono::milliseconds retry_first{100};  // while the store is away
    std::chrono::milliseconds retry_most{5'000};
    bool clusters = true;       // this worker also works off dirty marks
    bool go_on_at_gap = false;  // where retention has overtaken the store; else the worker ends
    Task::Options task;
  };

  /// `ticks` takes the ticks and is used by this worker alone; nullptr where none are appended.
  Worker(Source& source, Store& store, Producer* ticks, Metrics& metrics, WorkerHooks hooks,
         Options options);

  /// Returns after the batch in hand is committed. Throws what the source throws for good; while
  /// the store is away it waits, unready, and goes on by itself.
  void run(std::stop_token stop);

 private:
  void forget(const PartitionId& id);
  void assign(const PartitionId& id);
  void cross_gap(PartitionState& state);
  void load_plan();
  void take_all(const Poll& poll, const std::set<PartitionId>& claimed,
                const std::stop_token& stop);
  void take(const PartitionRecords& records, const std::stop_token& stop);
  void commit_batch(PartitionState& state, std::span<const RecordView> records,
                    const std::stop_token& stop);
  bool try_commit(PartitionState& state, std::span<const RecordView> records);
  void work_off(const std::stop_token& stop);
  void append_ticks(bool regrouped);
  void show_lag();
  void return_memory();
  void observe(const Counters& before, const Counters& after);
  bool retry_while_away(const std::stop_token& stop, const std::function<void()>& action);

  Source& source_;
  Store& store_;
  Metrics& metrics_;
  WorkerHooks hooks_;
  Options options_;
  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<Task> task_;
  std::map<PartitionId, PartitionState> partitions_;
  std::set<PartitionId> stale_;         // moved by another, ours by Kafka: to be claimed anew
  std::vector<std::string> contested_;  // parks of a refused commit, held while it is repeated
  std::optional<Ticker> ticker_;
  Pace pace_;
  std::chrono::steady_clock::time_point lag_shown_;
  std::chrono::steady_clock::time_point memory_returned_;
};

}  // namespace parkwatch
