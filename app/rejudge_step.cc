#include "app/rejudge_step.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "app/rows.h"

namespace parkwatch {

bool rejudge_slice(Store& store, Task& task, std::size_t hours) {
  std::optional<Row> due;
  store.scan(TableId::Rejudge, {}, {}, 1, [&](const Row& row) { due = row; });
  if (!due) return false;
  const EventTime next(number_of((*due)[3]));
  const EventTime end(number_of((*due)[2]));
  const EventTime until = std::min(end, next + std::chrono::hours(hours));
  Commit commit = task.rejudge(text_of((*due)[0]), next, until);
  (*due)[3] = until.milliseconds();
  commit.changes.push_back({TableId::Rejudge, *due, until == end});
  try {
    store.commit(commit);
    task.settle();
  } catch (const ParkMoved&) {
    task.drop();
  }
  return true;
}

}  // namespace parkwatch
