#include "app/record_trial.h"

#include "app/rows.h"

namespace parkwatch {

namespace {

// Columns of the table dead_letter.
constexpr std::size_t reason_column = 1;
constexpr std::size_t detail_column = 3;

}  // namespace

RecordTrial::RecordTrial(const std::shared_ptr<const Plan>& plan, const Decoder::Options& decoder)
    : task_(store_, plan, decoder, options()) {}

Task::Options RecordTrial::options() {
  Task::Options options;
  options.evidence = false;
  return options;
}

std::vector<RecordTrial::Refusal> RecordTrial::refusals(const PartitionId& id,
                                                        const RecordView& record) {
  PartitionState state;
  state.id = id;
  state.next_offset = record.offset;
  const Commit commit = task_.step(state, {&record, 1});
  task_.drop();
  std::vector<Refusal> found;
  for (const Change& change : commit.changes) {
    if (change.table != TableId::DeadLetter) continue;
    found.push_back({text_of(change.row[reason_column]), text_of(change.row[detail_column])});
  }
  return found;
}

}  // namespace parkwatch
