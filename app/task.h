#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/counters.h"
#include "app/device_hours.h"
#include "app/outbox.h"
#include "app/park_step.h"
#include "app/working_set.h"
#include "ingest/decoder.h"
#include "processors/plan.h"
#include "storage/segment.h"
#include "storage/store.h"

namespace parkwatch {

/// Where a partition stands between two batches.
struct PartitionState {
  PartitionId id;
  std::int64_t epoch = 0;
  std::int64_t next_offset = -1;  // what the store holds; -1: nothing yet
  std::string chain_head;
  Counters counters;
};

/// Where a partition stands that was just claimed.
PartitionState partition_state(const PartitionId& id, const Checkpoint& checkpoint);

/// Turns batches of records into commits: decode, keep the greatest copy, recompute what that
/// touches. Deterministic: no clock and no I/O but reading rows that it does not hold. It is the
/// test driver too. Threads: used by one worker.
class Task {
 public:
  /// Bounds and switches.
  struct Options {
    std::size_t rows_max = 2'000'000;         // held between batches
    std::size_t device_values_max = 500'000;  // of device hours, held between batches
    bool evidence = true;                     // keep the raw records as sealed segments
    Publishing publishing{};                  // what is told to result topics
  };

  /// The store is only read. `decoder` options carry SM4 keys and the codes of 2005.
  Task(Store& store, std::shared_ptr<const Plan> plan, Decoder::Options decoder, Options options);

  /// Takes records, in offset order, from `state.next_offset` on. Nothing is written: the result
  /// goes to Store::commit, then `settle`; after a failed commit `drop`, and step again.
  Commit step(const PartitionState& state, std::span<const RecordView> records);
  /// A slice of a re-judgement: everything of a park in [from, to).
  Commit rejudge(const std::string& park, EventTime from, EventTime to);
  /// The last result was committed.
  void settle();
  /// The last result was not committed, or rows were changed by others: forget everything held.
  void drop();

  const Plan& plan() const { return *plan_; }

 private:
  struct Batch;
  void take(Batch& batch, const RecordView& record);
  void take_document(Batch& batch, const RecordView& record, const Decoded& decoded);
  void take_reading(Batch& batch, const RecordView& record, const Decoded& decoded);
  Fate take_value(ParkStep* step, const Reading& reading, std::span<const ReadingItem> items,
                  ReceivedTime received, const Plan::DeviceMatch& match);
  void quarantine(Batch& batch, const RecordView& record, std::string_view reason,
                  const std::string& detail);
  void mark_redriven(Batch& batch, const RecordView& record);
  ParkStep& park(Batch& batch, const std::string& id);
  void guard_device(Batch& batch, std::string_view mn, const std::string* of);
  void guard(Batch& batch, std::string_view name);
  Commit finish(Batch& batch);

  Store& store_;
  std::shared_ptr<const Plan> plan_;
  Decoder decoder_;
  Options options_;
  WorkingSet rows_;
  DeviceHourCache hours_;
  std::string attributes_;  // of the value in hand; its room is used again
  std::vector<ParkVersion> committed_parks_;
  std::map<std::string, std::int64_t> held_parks_;  // whose rows are held, and their hour
};

}  // namespace parkwatch
