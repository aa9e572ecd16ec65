#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/broker.h"
#include "model/partition.h"
#include "model/record.h"

namespace parkwatch {

/// The source stayed away for longer than its options allow.
struct SourceUnavailable : BrokerUnavailable {
  using BrokerUnavailable::BrokerUnavailable;
};

/// A position that the log does not hold (any more, or not yet).
struct OffsetOutsideLog : BrokerRefused {
  OffsetOutsideLog(PartitionId where, std::int64_t wanted_offset, std::int64_t low_offset,
                   std::int64_t high_offset);
  PartitionId id;
  std::int64_t wanted;
  std::int64_t low;
  std::int64_t high;
};

/// The part of a partition that the broker holds: [low, high).
struct Watermarks {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// New records of one partition, in offset order; never empty.
struct PartitionRecords {
  PartitionId id;
  std::span<const RecordView> records;
};

/// What one poll brought. Handle in this order: lost, revoked, assigned, records.
/// `records` never holds a partition named in one of the other three.
struct Poll {
  /// Another member may own these already: forget their state, write nothing.
  std::vector<PartitionId> lost;
  /// Still ours until the next poll: write what is in hand now, then forget them.
  std::vector<PartitionId> revoked;
  /// New: each needs a seek() before the next poll.
  std::vector<PartitionId> assigned;
  std::vector<PartitionRecords> records;
  /// The group was divided anew, even if this member's share is as before: the topic may have got
  /// more partitions.
  bool rebalanced = false;

  bool empty() const {
    return lost.empty() && revoked.empty() && assigned.empty() && records.empty();
  }
};

/// Ordered records from the assigned partitions of one topic.
/// Threads: an object is used by one thread; several objects share a topic as one consumer group.
class Source {
 public:
  virtual ~Source() = default;

  /// Waits at most `timeout`; nothing new is an empty Poll, not an error. Ends the validity of the
  /// records handed out before. Throws SourceUnavailable once its own retries are spent,
  /// OffsetOutsideLog when the log has moved past a position, BrokerRefused.
  virtual Poll poll(std::chrono::milliseconds timeout) = 0;

  /// From now on a poll brings about so many records at most. What is worked off between two polls
  /// is bounded by it, and so is how long the group waits for this member when it is divided anew.
  virtual void limit_poll(std::size_t /*records*/) {}

  /// Frees the records of the last poll early; the views into them end.
  virtual void release() = 0;

  /// The next record handed out is the first one at or after `next`; what the last poll brought of
  /// this partition is void. Checked against the log: throws OffsetOutsideLog.
  virtual void seek(const PartitionId& id, std::int64_t next) = 0;

  /// Holds back a partition's records, for back-pressure; membership is unaffected. The records of
  /// the last poll stay valid. Idempotent.
  virtual void pause(const PartitionId& id) = 0;
  virtual void resume(const PartitionId& id) = 0;

  /// True when every record up to the high watermark was handed out and none has come since: the
  /// owner of such a partition may move its time forward by ticks.
  virtual bool end_of_partition(const PartitionId& id) const = 0;

  /// Records between the position and the last known high watermark; nothing while unknown.
  virtual std::optional<std::int64_t> lag(const PartitionId& id) const = 0;

  /// Why nothing can come at present ("no broker answers ..."); empty while all is well.
  virtual std::string trouble() const = 0;

  /// Tells Kafka, seconds later and without waiting, what the store has committed. A hint for lag
  /// tools only: the position to resume from is the store's.
  virtual void offsets_committed_hint(const PartitionId& id, std::int64_t next) = 0;

  /// The hint that the group left earlier, if any.
  virtual std::optional<std::int64_t> committed_hint(const PartitionId& id) = 0;

  /// Asks the broker. Throws SourceUnavailable, BrokerRefused (no such topic).
  virtual std::int32_t partition_count(const std::string& topic) = 0;
  virtual Watermarks watermarks(const PartitionId& id) = 0;
};

}  // namespace parkwatch
