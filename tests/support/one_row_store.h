#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "app/crash_point.h"
#include "storage/store.h"
#include "tests/support/child_process.h"
#include "tests/support/store_rows.h"

namespace parkwatch {

/// Stores with one row, whose last cell says which commit wrote it.
inline const PartitionId partition{"in", 0};

inline Change put_series(std::int64_t first) {
  return put(TableId::Series, {text("p1"), text("DA001"), text("a21026"), number(first)});
}

/// That cell; -1 in an empty store.
inline std::int64_t stored_first(Store& store) {
  const std::vector<Row> rows = rows_of(store, TableId::Series);
  return rows.empty() ? -1 : std::get<std::int64_t>(rows.front()[3]);
}

/// A process commits 2, 3 and so on to the store, offset and counter with each, and kills itself
/// between the writes of the second and its commit; then the store is as after the first.
inline void expect_killed_process_leaves_the_former_state(const std::string& url) {
  open_store(url)->commit(commit_of({put_series(1)}));
  const int status = run_in_child([&] {
    StoreOptions options;
    options.before_commit = crash_point("2");
    const std::unique_ptr<Store> store = open_store(url, options);
    for (std::int64_t i = 2; i < 100; ++i) {
      const Checkpoint at = store->claim(partition);
      Commit commit = commit_of({put_series(i)});
      commit.move = PartitionMove{partition, at.epoch, at.next_offset, i, "", {{"n", i}}};
      store->commit(commit);
    }
    return 0;
  });
  ASSERT_TRUE(killed_by(status, SIGKILL));
  const std::unique_ptr<Store> store = open_store(url);
  const Checkpoint at = store->claim(partition);  // a server's waits until it has noticed
  EXPECT_EQ(stored_first(*store), 2) << "the first commit of the child stays, the second is gone";
  EXPECT_EQ(at.next_offset, 2);
  EXPECT_EQ(at.counters.at("n"), 2);
  EXPECT_EQ(at.epoch, 3) << "a claim stays, even of a process that was killed after it";
}

/// A picture of the store is that of its moment, and cannot be written to.
inline void expect_snapshot_stays_and_does_not_write(const std::string& url) {
  const std::unique_ptr<Store> store = open_store(url);
  store->commit(commit_of({put_series(1)}));
  const std::unique_ptr<Store> snapshot = open_store_snapshot(url);
  EXPECT_EQ(stored_first(*snapshot), 1);
  store->commit(commit_of({put_series(2)}));
  EXPECT_EQ(stored_first(*snapshot), 1);
  EXPECT_EQ(stored_first(*open_store_snapshot(url)), 2);
  EXPECT_THROW(snapshot->commit(commit_of({put_series(3)})), StoreRefused);
  EXPECT_THROW(snapshot->claim(partition), StoreRefused);
}

}  // namespace parkwatch
