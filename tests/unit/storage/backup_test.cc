#include "storage/backup.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/full_store.h"
#include "tests/support/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

class BackupTest : public testing::Test {
 protected:
  std::string url(const std::string& name) const { return "sqlite:" + folder_.file(name); }
  std::string file() const { return folder_.file("backup"); }

  std::string bytes() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes;
  }
  std::int64_t restore(const std::string& name) const {
    return read_backup(file(), *open_store_loader(url(name)));
  }

  TemporaryFolder folder_;
};

TEST_F(BackupTest, RestoredStoreIsTheSameAndGoesOn) {
  const std::unique_ptr<Store> store = open_store(url("a.db"));
  fill_every_table(*store);
  const auto before = all_rows(*store);
  std::int64_t told = 0;
  const std::int64_t rows = write_backup(
      *open_store_snapshot(url("a.db")), file(),
      [&](std::int64_t thousandths, std::int64_t) { told = std::max(told, thousandths); });
  EXPECT_GT(told, 900);
  EXPECT_EQ(restore("b.db"), rows);
  const std::unique_ptr<Store> restored = open_store(url("b.db"));
  EXPECT_EQ(all_rows(*restored), before);
  const Checkpoint at = restored->claim({"parkwatch.input.v1", 3});
  EXPECT_EQ(at.next_offset, 12);
  EXPECT_EQ(at.chain_head, "head");
  EXPECT_EQ(at.counters.at("accepted"), 9);
  restored->commit(
      commit_of({put(TableId::Dirty, {nothing(), text("c"), text("hour"), number(0)})}));
  EXPECT_EQ(rows_of(*restored, TableId::Dirty).back()[0], number(7)) << "ids go on";
}

TEST_F(BackupTest, EmptyStoreHasABackupToo) {
  open_store(url("a.db"));
  EXPECT_EQ(write_backup(*open_store_snapshot(url("a.db")), file()), 0);
  EXPECT_EQ(restore("b.db"), 0);
}

TEST_F(BackupTest, StoreWithRowsIsNotFilled) {
  const std::unique_ptr<Store> store = open_store(url("a.db"));
  store->commit(commit_of({put(TableId::ActiveSet, {text("active"), text("x")})}));
  write_backup(*open_store_snapshot(url("a.db")), file());
  EXPECT_THROW(restore("a.db"), StoreRefused);
}

TEST_F(BackupTest, DamagedFilesFillNothing) {
  const std::unique_ptr<Store> store = open_store(url("a.db"));
  fill_every_table(*store);
  write_backup(*open_store_snapshot(url("a.db")), file());
  const std::string whole = bytes();
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    write(whole.substr(0, length));
    EXPECT_THROW(restore("b.db"), DamagedBackup) << length;
  }
  for (std::size_t place = 0; place < whole.size(); place += 53) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 0x20);
    write(changed);
    EXPECT_THROW(restore("b.db"), DamagedBackup) << place;
  }
  write(whole + "x");
  EXPECT_THROW(restore("b.db"), DamagedBackup);
  for (const auto& [table, rows] : all_rows(*open_store(url("b.db")))) EXPECT_TRUE(rows.empty());
  write(whole);
  restore("b.db");
}

TEST_F(BackupTest, SnapshotIsBackedUpWhileOthersWrite) {
  const std::unique_ptr<Store> store = open_store(url("a.db"));
  const auto set = [&](const char* hash) {
    store->commit(commit_of({put(TableId::ActiveSet, {text("active"), text(hash)})}));
  };
  set("one");
  const std::unique_ptr<Store> snapshot = open_store_snapshot(url("a.db"));
  EXPECT_EQ(snapshot->active_set(), "one");
  set("two");
  write_backup(*snapshot, file());
  restore("b.db");
  EXPECT_EQ(open_store(url("b.db"))->active_set(), "one");
}

}  // namespace
}  // namespace parkwatch
