#pragma once

#include <functional>
#include <map>
#include <vector>

#include "ingest/source.h"
#include "tests/simulation/group.h"
#include "tests/simulation/stage.h"

namespace parkwatch::simulation {

/// One member's view of the group's topic. `idle` is called when a poll has brought nothing.
class SimulatedSource final : public Source {
 public:
  SimulatedSource(Group& group, int member, std::function<void()> idle)
      : group_(group), member_(member), idle_(std::move(idle)) {}

  Poll poll(std::chrono::milliseconds) override {
    Poll poll;
    group_.rejoin(member_, poll);
    for (const auto* gone : {&poll.lost, &poll.revoked}) {
      for (const PartitionId& id : *gone) positions_.erase(id.partition);
    }
    for (auto& [partition, position] : positions_) deliver(poll, partition, position);
    for (const PartitionId& id : poll.assigned) positions_[id.partition] = -1;
    if (poll.empty()) idle_();
    return poll;
  }
  void release() override {}
  void seek(const PartitionId& id, std::int64_t next) override {
    const Watermarks log = watermarks(id);
    if (next < log.low || next > log.high) throw OffsetOutsideLog(id, next, log.low, log.high);
    positions_.at(id.partition) = next;
  }
  void pause(const PartitionId&) override {}
  void resume(const PartitionId&) override {}
  bool end_of_partition(const PartitionId& id) const override {
    return positions_.at(id.partition) == size(id.partition);
  }
  std::optional<std::int64_t> lag(const PartitionId&) const override { return std::nullopt; }
  std::string trouble() const override { return {}; }
  void offsets_committed_hint(const PartitionId&, std::int64_t) override {}
  std::optional<std::int64_t> committed_hint(const PartitionId&) override { return std::nullopt; }
  std::int32_t partition_count(const std::string&) override { return group_.partitions(); }
  Watermarks watermarks(const PartitionId& id) override { return {0, size(id.partition)}; }

 private:
  std::int64_t size(std::int32_t partition) const {
    return static_cast<std::int64_t>(group_.log(partition).size());
  }

  void deliver(Poll& poll, std::int32_t partition, std::int64_t& position) {
    if (position < 0 || position == size(partition)) return;
    const std::span<const RecordView> rest =
        std::span(group_.log(partition)).subspan(static_cast<std::size_t>(position));
    const std::span<const RecordView> records =
        rest.first(std::min(rest.size(), group_.next_cut()));
    position += static_cast<std::int64_t>(records.size());
    poll.records.push_back({{input_topic, partition}, records});
  }

  Group& group_;
  int member_;
  std::function<void()> idle_;
  std::map<std::int32_t, std::int64_t> positions_;  // of what is assigned; -1: not sought yet
};

}  // namespace parkwatch::simulation
