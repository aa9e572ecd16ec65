#pragma once

#include <optional>

#include "storage/store.h"

namespace parkwatch {

/// How far a duty has come that many processes share: a row of `progress` whose topic is no Kafka
/// topic. Its offset counts the commits made for the duty.
struct Turn {
  std::int64_t epoch = 0;
  std::int64_t next = -1;
  friend bool operator==(const Turn&, const Turn&) = default;
};

/// As it stands; nothing while nobody has ever taken it.
std::optional<Turn> read_turn(Store& store, const PartitionId& duty);

/// Takes it over, as a partition is: who had it can no longer commit for it.
Turn take_turn(Store& store, const PartitionId& duty);

/// What makes a commit the next one of the duty; refused with StaleCommit when another was first.
PartitionMove next_move(const PartitionId& duty, const Turn& turn);

}  // namespace parkwatch
