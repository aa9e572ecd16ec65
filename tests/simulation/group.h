#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ingest/source.h"
#include "tests/simulation/sent.h"

namespace parkwatch::simulation {

inline constexpr const char* input_topic = "input";

/// A topic in memory and the consumer group that shares its partitions, as a broker keeps it:
/// partitions are handed over between polls, or taken from a member that learns of it later.
class Group {
 public:
  Group(const std::vector<oracle::Sent>& records, int partitions, int members,
        std::vector<int> cuts);

  /// Every partition's records in the order of offsets.
  const std::vector<RecordView>& log(int partition) const {
    return logs_[static_cast<std::size_t>(partition)];
  }
  int partitions() const { return static_cast<int>(logs_.size()); }

  /// The owner is asked to give the partition up; the next member gets it once it has.
  void move(int partition);
  /// The next member gets the partition at once.
  void take(int partition);
  void take_all(int member);
  /// The member's process has died. Its partitions come back to it, or go to the next member.
  void died(int member, bool same_again);

  /// What the member's next poll brings of the group's matters; see Source::poll.
  void rejoin(int member, Poll& poll);
  /// As a broker: nothing else is given out to this member now.
  bool owns(int member, int partition) const;
  std::size_t next_cut();

 private:
  struct Share {
    std::set<int> held;     // told to the member
    std::set<int> coming;   // to be told
    std::set<int> asked;    // to be given up, not told yet
    std::set<int> leaving;  // told: free at the member's next poll
    std::set<int> lost;     // gone, not told yet
  };
  int next_of(int member) const;
  int owner(int partition) const;

  std::vector<std::vector<RecordView>> logs_;
  std::vector<Share> shares_;
  std::vector<int> cuts_;
  std::size_t cut_ = 0;
};

}  // namespace parkwatch::simulation
