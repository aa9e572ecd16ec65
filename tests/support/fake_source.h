#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/source.h"
#include "model/check.h"

namespace parkwatch {

/// A Source over logs in memory that a test steers, and that watches over its contract: a partition
/// is sought before it delivers, and only what is assigned is asked for.
class FakeSource final : public Source {
 public:
  explicit FakeSource(std::string topic) : topic_(std::move(topic)) {}

  /// Called at the begin of each poll with its number, from 1; the place to change things.
  std::function<void(int number)> before_poll;
  std::size_t records_per_poll = 3;  // of a partition
  std::optional<std::int64_t> hint;  // of every partition
  std::map<std::int32_t, std::int64_t> hinted;
  std::int32_t partitions = 1;
  std::int64_t low = 0;
  std::string trouble_text;

  void append(std::int32_t partition, const std::string& document) {
    logs_[partition].push_back(document);
  }
  void assign(std::int32_t partition) { next_.assigned.push_back({topic_, partition}); }
  void revoke(std::int32_t partition) { next_.revoked.push_back({topic_, partition}); }
  void lose(std::int32_t partition) { next_.lost.push_back({topic_, partition}); }

  Poll poll(std::chrono::milliseconds) override {
    if (before_poll) before_poll(++polls_);
    for (const auto& [partition, position] : positions_) {
      check(position >= 0);
      if (position < low) {
        throw OffsetOutsideLog({topic_, partition}, position, low, size(partition));
      }
    }
    Poll made = std::exchange(next_, {});
    made.rebalanced = !made.empty();
    for (const auto* gone : {&made.revoked, &made.lost}) {
      for (const PartitionId& id : *gone) positions_.erase(id.partition);
    }
    records_.clear();
    for (auto& [partition, position] : positions_) deliver(made, partition, position);
    for (const PartitionId& id : made.assigned) positions_[id.partition] = -1;
    return made;
  }
  void release() override { records_.clear(); }
  void seek(const PartitionId& id, std::int64_t next) override {
    const Watermarks log = watermarks(id);
    if (next < log.low || next > log.high) throw OffsetOutsideLog(id, next, log.low, log.high);
    positions_.at(id.partition) = next;
  }
  void pause(const PartitionId&) override {}
  void resume(const PartitionId&) override {}
  bool end_of_partition(const PartitionId& id) const override {
    const auto found = positions_.find(id.partition);
    return found != positions_.end() && found->second == size(id.partition);
  }
  std::optional<std::int64_t> lag(const PartitionId& id) const override {
    return size(id.partition) - positions_.at(id.partition);
  }
  std::string trouble() const override { return trouble_text; }
  void offsets_committed_hint(const PartitionId& id, std::int64_t next) override {
    hinted[id.partition] = next;
  }
  std::optional<std::int64_t> committed_hint(const PartitionId&) override { return hint; }
  std::int32_t partition_count(const std::string&) override { return partitions; }
  Watermarks watermarks(const PartitionId& id) override { return {low, size(id.partition)}; }

 private:
  std::int64_t size(std::int32_t partition) const {
    const auto found = logs_.find(partition);
    return found == logs_.end() ? 0 : static_cast<std::int64_t>(found->second.size());
  }

  void deliver(Poll& made, std::int32_t partition, std::int64_t& position) {
    std::vector<RecordView>& records = records_[partition];
    while (position < size(partition) && records.size() < records_per_poll) {
      RecordView record;
      record.offset = position;
      record.payload = logs_[partition][static_cast<std::size_t>(position)];
      record.content_type = ContentType::Json;
      records.push_back(record);
      ++position;
    }
    if (!records.empty()) made.records.push_back({{topic_, partition}, records});
  }

  std::string topic_;
  std::map<std::int32_t, std::vector<std::string>> logs_;
  std::map<std::int32_t, std::int64_t> positions_;  // of what is assigned; -1: not sought yet
  std::map<std::int32_t, std::vector<RecordView>> records_;
  Poll next_;
  int polls_ = 0;
};

}  // namespace parkwatch
