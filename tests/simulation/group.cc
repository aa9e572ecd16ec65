#include "tests/simulation/group.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch::simulation {

Group::Group(const std::vector<oracle::Sent>& records, int partitions, int members,
             std::vector<int> cuts)
    : logs_(static_cast<std::size_t>(partitions)),
      shares_(static_cast<std::size_t>(members)),
      cuts_(std::move(cuts)) {
  for (const oracle::Sent& sent : records) {
    std::vector<RecordView>& log = logs_[static_cast<std::size_t>(sent.partition)];
    RecordView record;
    record.offset = static_cast<std::int64_t>(log.size());
    record.append_time_ms = sent.append.value_or(-1);
    record.received_ms = sent.stamp.value_or(-1);
    record.key = sent.key;
    record.payload = sent.payload;
    record.content_type = sent.json ? ContentType::Json : ContentType::Hj212;
    log.push_back(record);
  }
  for (int i = 0; i < partitions; ++i) {
    shares_[static_cast<std::size_t>(i % members)].coming.insert(i);
  }
}

int Group::next_of(int member) const {
  return (member + 1) % static_cast<int>(shares_.size());
}

int Group::owner(int partition) const {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const Share& share = shares_[i];
    for (const std::set<int>* part : {&share.held, &share.coming, &share.leaving}) {
      if (part->contains(partition)) return static_cast<int>(i);
    }
  }
  check(false);
  return -1;
}

bool Group::owns(int member, int partition) const {
  const Share& share = shares_[static_cast<std::size_t>(member)];
  return share.held.contains(partition);
}

void Group::move(int partition) {
  const int from = owner(partition);
  Share& share = shares_[static_cast<std::size_t>(from)];
  if (shares_.size() > 1 && share.held.contains(partition)) share.asked.insert(partition);
}

void Group::take(int partition) {
  const int from = owner(partition);
  if (shares_.size() == 1) return;
  Share& share = shares_[static_cast<std::size_t>(from)];
  const bool told = share.held.erase(partition) + share.leaving.erase(partition) > 0;
  share.asked.erase(partition);
  share.coming.erase(partition);
  if (told) share.lost.insert(partition);
  shares_[static_cast<std::size_t>(next_of(from))].coming.insert(partition);
}

void Group::take_all(int member) {
  const std::set<int> held = shares_[static_cast<std::size_t>(member)].held;
  for (const int partition : held) take(partition);
}

void Group::died(int member, bool same_again) {
  Share& share = shares_[static_cast<std::size_t>(member)];
  std::set<int> all = share.held;
  all.insert(share.coming.begin(), share.coming.end());
  all.insert(share.leaving.begin(), share.leaving.end());
  share = {};
  const int heir = same_again ? member : next_of(member);
  shares_[static_cast<std::size_t>(heir)].coming.insert(all.begin(), all.end());
}

void Group::rejoin(int member, Poll& poll) {
  Share& share = shares_[static_cast<std::size_t>(member)];
  Share& heir = shares_[static_cast<std::size_t>(next_of(member))];
  heir.coming.insert(share.leaving.begin(), share.leaving.end());
  share.leaving.clear();
  const auto ids = [](const std::set<int>& partitions) {
    std::vector<PartitionId> list;
    for (const int partition : partitions) list.push_back({input_topic, partition});
    return list;
  };
  poll.lost = ids(share.lost);
  share.lost.clear();
  poll.revoked = ids(share.asked);
  for (const int partition : share.asked) {
    share.held.erase(partition);
    share.leaving.insert(partition);
  }
  share.asked.clear();
  // A partition that was lost and has come back is told of at the poll after.
  std::set<int> coming;
  for (const int partition : share.coming) {
    const PartitionId id{input_topic, partition};
    const bool told = std::find(poll.lost.begin(), poll.lost.end(), id) != poll.lost.end();
    if (!told) coming.insert(partition);
  }
  poll.assigned = ids(coming);
  for (const int partition : coming) {
    share.coming.erase(partition);
    share.held.insert(partition);
  }
  poll.rebalanced = !poll.empty();
}

std::size_t Group::next_cut() {
  return static_cast<std::size_t>(cuts_[cut_++ % cuts_.size()]);
}

}  // namespace parkwatch::simulation
