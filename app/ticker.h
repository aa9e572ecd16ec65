#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "ingest/producer.h"
#include "model/time.h"

namespace parkwatch {

/// The payload of a tick, a record that moves its park's time to `received` and does nothing else.
std::string tick_payload(const std::string& park, ReceivedTime received);

/// Appends the ticks of a running worker: one a minute for each park whose key maps to a partition
/// that the worker has read to its end. A partition with records still to come needs none: they
/// move the time. A tick too many or too few is harmless. Replay and comparisons use none.
/// Threads: one.
class Ticker {
 public:
  /// `topic` is the input topic. The producer must outlive this, and is polled by it.
  Ticker(Producer& producer, std::string topic);

  /// The parks of the active registry, and how many partitions the topic has; both may change.
  void set_parks(std::vector<std::string> parks);
  void set_partition_count(std::int32_t count);

  /// Ticks for the minute of `now`, where the partition has not had them yet; `now` is never ahead
  /// of the real time. `at_end` are the worker's partitions that are read to their end. Without
  /// room in the producer's queue the rest follows at the next call. The number appended.
  std::size_t append(ReceivedTime now, std::span<const std::int32_t> at_end);

 private:
  /// The parks of one partition and how far they have got.
  struct Share {
    std::vector<std::string> parks;
    ReceivedTime minute;   // the latest for which ticks were appended
    std::size_t next = 0;  // the first park that has not had its tick of that minute
  };
  void arrange();

  Producer& producer_;
  const std::string topic_;
  std::vector<std::string> parks_;
  std::int32_t count_ = 0;  // 0: not known yet, no ticks
  std::map<std::int32_t, Share> shares_;
};

}  // namespace parkwatch
