#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ingest/source.h"

namespace parkwatch {

/// A Kafka topic as a Source, by librdkafka. Offsets are never committed by itself; transactions
/// are read committed; check sums are verified; a position outside the log is an error, never a
/// jump. The client runs threads of its own; every call here belongs to one thread.
class KafkaSource final : public Source {
 public:
  struct Options {
    BrokerSettings broker;
    std::string topic;
    /// Members of one group share the partitions. Empty: no group, all partitions are assigned.
    std::string group;
    /// Static membership: the same name back within `session_timeout` gets the same partitions.
    std::string instance_id;
    std::chrono::milliseconds session_timeout{10'000};
    std::chrono::milliseconds heartbeat_interval{2'000};
    std::chrono::milliseconds max_poll_interval{300'000};
    /// Of one group commit of hints and the next. A commit that meets a new division of the group
    /// takes all partitions from its member, so they are few.
    std::chrono::milliseconds hint_interval{5'000};
    std::chrono::milliseconds fetch_wait{50};
    std::chrono::milliseconds unavailable_after{60'000};  // all brokers down for so long: give up
    std::size_t records_per_call = 1'000;                 // of one library call
    std::size_t records_per_poll = 10'000;                // up to 100'000; unless limit_poll()
    /// The fetch queue. The client sleeps up to 1 s when it is full, so the rate is capped at about
    /// queue_records + one fetch a second; about 0.6 KiB of memory a record.
    std::uint32_t queue_records = 500'000;
    std::uint32_t queue_kib = 262'144;
    /// Of one partition in one answer: partitions take turns in pieces of this size.
    std::uint32_t fetch_kib = 1'024;
  };

  /// Throws BrokerRefused with advice (no such topic, a wrong setting), SourceUnavailable.
  explicit KafkaSource(Options options);
  /// Leaves the group, unless it is a static member.
  ~KafkaSource() override;
  KafkaSource(const KafkaSource&) = delete;
  KafkaSource& operator=(const KafkaSource&) = delete;

  Poll poll(std::chrono::milliseconds timeout) override;
  void limit_poll(std::size_t records) override;
  void release() override;
  void seek(const PartitionId& id, std::int64_t next) override;
  void pause(const PartitionId& id) override;
  void resume(const PartitionId& id) override;
  bool end_of_partition(const PartitionId& id) const override;
  std::optional<std::int64_t> lag(const PartitionId& id) const override;
  std::string trouble() const override;
  void offsets_committed_hint(const PartitionId& id, std::int64_t next) override;
  std::optional<std::int64_t> committed_hint(const PartitionId& id) override;
  std::int32_t partition_count(const std::string& topic) override;
  Watermarks watermarks(const PartitionId& id) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
