#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/source.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace parkwatch::kafka {

/// Which partitions of the topic are ours, where each stands, and the records of the poll in hand.
/// Partitions that are taken away are given back when the library says so, before their owner hears
/// of it: the others wait, and the store refuses a commit that comes after the next owner's. New
/// ones are taken over by finish_rebalance() at the next poll: they deliver nothing before they
/// were sought. Threads: one.
class Assignment {
 public:
  Assignment(std::string topic, rd_kafka_s* client);
  ~Assignment();

  /// Joins the group.
  void subscribe();
  /// Instead of a group: partitions 0 to count - 1, assigned at the first poll.
  void take_all(std::int32_t count);
  /// Leaves the group, giving everything back. False where the library would abort the process;
  /// then the client must not be destroyed either.
  [[nodiscard]] bool close();

  /// The library's callback (code: rd_kafka_resp_err_t).
  void on_rebalance(int code, const rd_kafka_topic_partition_list_s* partitions);
  /// Carries out what the last poll reported; every assigned partition must have been sought.
  void finish_rebalance();

  void seek(const PartitionId& id, std::int64_t next, std::chrono::milliseconds timeout);
  void pause(const PartitionId& id);
  void resume(const PartitionId& id);

  /// Takes a record; a partition that is not ours, or an offset already passed, is dropped.
  void add_record(const rd_kafka_message_s& message);
  void reached_end(std::int32_t partition, std::int64_t next);
  /// The broker does not hold the position of this partition: throws OffsetOutsideLog.
  void refuse_position(std::int32_t partition);
  void forget_records();

  bool has_news() const;
  /// The changes of ownership and the records since the last poll.
  Poll take_news();

  bool has(const PartitionId& id) const { return find(id) != nullptr; }
  bool at_end(const PartitionId& id) const;
  std::optional<std::int64_t> lag(const PartitionId& id) const;

 private:
  struct State {
    std::int64_t position = -1;  // the next offset to hand out; -1: not sought yet
    bool ended = false;
    std::vector<RecordView> records;  // kept over polls, so that header lists keep their memory
    std::size_t used = 0;             // of `records`, in this poll
  };

  State* find(std::int32_t partition);
  const State* find(const PartitionId& id) const;
  State& known(const PartitionId& id);
  PartitionId id_of(std::int32_t partition) const { return {topic_, partition}; }
  void assign();
  void wake_fetching();
  bool await_first_assignment();

  const std::string topic_;
  rd_kafka_s* const client_;
  std::map<std::int32_t, State> states_;
  std::vector<PartitionId> revoked_, lost_;  // given back, not told yet
  std::vector<std::int32_t> assigned_;       // to be taken over
  bool assigning_ = false;                   // the library waits for `assign`
  bool told_ = false;                        // take_news() has named `assigned_`
  bool rebalanced_ = false;                  // since the last take_news()
  bool sleeping_ = false;                    // a rebalance has paused what stays
  bool grouped_ = false;
  bool joined_ = false;  // the group has assigned something, if only nothing
  bool closing_ = false;
};

}  // namespace parkwatch::kafka
