#include "app/turn.h"

#include "app/rows.h"

namespace parkwatch {

std::optional<Turn> read_turn(Store& store, const PartitionId& duty) {
  std::optional<Turn> turn;
  const Key key[] = {{duty.topic, std::int64_t{duty.partition}}};
  store.read(TableId::Progress, key, [&](const Row& row) {
    turn = Turn{number_of(row[3]), number_of(row[2])};
  });
  return turn;
}

Turn take_turn(Store& store, const PartitionId& duty) {
  const Checkpoint checkpoint = store.claim(duty);
  return {checkpoint.epoch, checkpoint.next_offset};
}

PartitionMove next_move(const PartitionId& duty, const Turn& turn) {
  PartitionMove move;
  move.id = duty;
  move.epoch = turn.epoch;
  move.first_offset = turn.next;
  move.next_offset = turn.next + 1;
  return move;
}

}  // namespace parkwatch
