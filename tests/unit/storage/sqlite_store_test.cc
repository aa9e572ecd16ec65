// What the SQLite store does beyond the common contract: files, processes, crashes, full disks.
#include "storage/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "app/crash_point.h"
#include "storage/sqlite_schema.h"
#include "tests/support/one_row_store.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SqliteStoreTest : public testing::Test {
 protected:
  std::string url() const { return "sqlite:" + file().string(); }
  std::filesystem::path file() const { return folder_.path() / "store.db"; }
  std::unique_ptr<Store> open() const { return open_store(url()); }
  /// A connection of no Parkwatch program.
  std::unique_ptr<SqliteConnection> raw() const {
    return std::make_unique<SqliteConnection>(file(), SqliteConnection::Mode::ReadWrite, 1s);
  }

  TemporaryFolder folder_;
};

TEST_F(SqliteStoreTest, ReopenedStoreHoldsEverything) {
  {
    const std::unique_ptr<Store> store = open();
    Commit commit =
        commit_of({put_series(4), put(TableId::ActiveSet, {text(active_set_name), text("set")}),
                   put(TableId::Dirty, {nothing(), text("c"), text("hour"), number(0)})});
    commit.move =
        PartitionMove{partition, store->claim(partition).epoch, -1, 10, "head", {{"n", 1}}};
    commit.parks = {{"p1", 0, 1}};
    store->commit(commit);
    store->commit(commit_of({erased(TableId::Dirty, {number(1)})}));
  }
  const std::unique_ptr<Store> store = open();
  EXPECT_EQ(stored_first(*store), 4);
  EXPECT_EQ(store->active_set(), "set");
  const Checkpoint at = store->claim(partition);
  EXPECT_EQ(at.next_offset, 10);
  EXPECT_EQ(at.epoch, 2);
  EXPECT_EQ(at.chain_head, "head");
  store->commit(commit_of({put(TableId::Dirty, {nothing(), text("c"), text("hour"), number(0)})}));
  EXPECT_EQ(rows_of(*store, TableId::Dirty).front()[0], number(2));
}

TEST_F(SqliteStoreTest, UnusableUrlsAndFilesAreRefusedWithAdvice) {
  struct Case {
    const char* name;
    std::string url;
    std::string advice;
  };
  std::ofstream(folder_.path() / "text") << std::string(5000, 'x');
  {
    SqliteConnection foreign(folder_.path() / "foreign.db", SqliteConnection::Mode::ReadWrite, 1s);
    foreign.execute("CREATE TABLE other (a)");
  }
  const std::string folder = folder_.path().string();
  const Case cases[] = {
      {"no scheme", "store.db", "a store is named sqlite:FILE"},
      {"no file", "sqlite:", "a store is named sqlite:FILE"},
      {"another database", "mysql://localhost/x", "or postgresql://USER@HOST/DATABASE"},
      {"no database", "sqlite:" + folder + "/text", "name another file"},
      {"foreign database", "sqlite:" + folder + "/foreign.db", "database of another program"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(message_of<StoreRefused>([&] { open_store(c.url); }), HasSubstr(c.advice));
  }
  EXPECT_THAT(
      message_of<StoreUnavailable>([&] { open_store("sqlite:" + folder + "/no/store.db"); }),
      HasSubstr("check that the folder exists"));
  SqliteConnection foreign(folder_.path() / "foreign.db", SqliteConnection::Mode::ReadOnly, 1s);
  EXPECT_EQ(foreign.integer("SELECT count(*) FROM sqlite_schema"), 1) << "left as it was";
}

TEST_F(SqliteStoreTest, NewerSchemaIsRefused) {
  open();
  raw()->execute("PRAGMA user_version = 99");
  EXPECT_THAT(message_of<StoreRefused>([&] { open(); }), HasSubstr("schema version 99"));
  EXPECT_THAT(message_of<StoreRefused>([&] { open_store_snapshot(url()); }),
              HasSubstr("schema version 99"));
}

TEST_F(SqliteStoreTest, OlderSchemaIsBroughtForwardOrUntouched) {
  open()->commit(commit_of({put_series(1)}));
  const std::unique_ptr<SqliteConnection> connection = raw();
  // A new store has the present schema; further steps lead on from there.
  std::vector<Migration> good(migrations().begin(), migrations().end());
  const auto present = static_cast<std::int64_t>(good.size()) + 1;
  good.push_back({"CREATE TABLE added (a INTEGER) STRICT", ""});
  good.push_back({"INSERT INTO added VALUES (7)", ""});
  EXPECT_THROW(check_for_reading(*connection, good), StoreRefused);
  prepare_for_writing(*connection, std::span(good).first(good.size() - 1));
  EXPECT_EQ(connection->integer("PRAGMA user_version"), present + 1);
  prepare_for_writing(*connection, good);
  EXPECT_EQ(connection->integer("PRAGMA user_version"), present + 2);
  EXPECT_EQ(connection->integer("SELECT a FROM added"), 7);
  EXPECT_EQ(connection->integer("SELECT first FROM series"), 1);
  std::vector<Migration> broken = good;
  broken.push_back({"DROP TABLE added", ""});
  broken.push_back({"DROP TABLE no_such", ""});
  EXPECT_THROW(prepare_for_writing(*connection, broken), StoreRefused);
  EXPECT_EQ(connection->integer("PRAGMA user_version"), present + 2) << "all steps or none";
  EXPECT_EQ(connection->integer("SELECT a FROM added"), 7);
}

TEST_F(SqliteStoreTest, MigrationsMakeTheFirstSchemaThePresentOne) {
  open();
  const std::unique_ptr<SqliteConnection> connection = raw();
  // As the first version made them.
  connection->execute(R"(ALTER TABLE "outlet_window" DROP COLUMN "first_arrival";
      ALTER TABLE "episode_event" DROP COLUMN "retroactive";
      ALTER TABLE "history" DROP COLUMN "registry";
      ALTER TABLE "rejudge" DROP COLUMN "cause";
      ALTER TABLE "dead_letter" DROP COLUMN "redriven";
      DROP TABLE "log_gap";
      DROP TABLE "document";
      DROP TABLE "violation";
      DROP TABLE "mark";
      DROP TABLE "operation";
      DROP TABLE "capture";
      DROP TABLE "substitution";
      DROP TABLE "mass_hours";
      DROP TABLE "marked_minute";
      DROP TABLE "outbox";
      CREATE TABLE "outbox" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "topic" TEXT,
          "key" TEXT, "message_id" TEXT, "payload" TEXT) STRICT;
      PRAGMA user_version = 1)");
  EXPECT_THROW(open_store_snapshot(url()), StoreRefused);
  const std::unique_ptr<Store> store = open();
  for (const Table& each : tables()) {
    store->scan(each.id, {}, {}, 1, [](const Row&) {});
  }
}

TEST_F(SqliteStoreTest, SecondProcessIsRefusedUntilTheFirstEnds) {
  std::unique_ptr<Store> store = open();
  const std::unique_ptr<Store> second_object = open();
  const auto refused = [&] {
    const std::string message = message_of<StoreRefused>([&] { open(); });
    return message.find("is held by process") != std::string::npos ? 0 : 1;
  };
  EXPECT_TRUE(exited_with(run_in_child(refused), 0));
  store.reset();
  EXPECT_TRUE(exited_with(run_in_child(refused), 0)) << "one object is still open";
  const auto read = [&] {
    const std::unique_ptr<Store> snapshot = open_store_snapshot(url());
    return stored_first(*snapshot) == 5 ? 0 : 1;
  };
  second_object->commit(commit_of({put_series(5)}));
  EXPECT_TRUE(exited_with(run_in_child(read), 0)) << "reading needs no lock";
}

TEST_F(SqliteStoreTest, LinkToAHeldStoreIsRefusedToo) {
  const std::unique_ptr<Store> store = open();
  const std::filesystem::path link = folder_.path() / "link.db";
  std::filesystem::create_symlink(file(), link);
  EXPECT_TRUE(exited_with(run_in_child([&] {
                            open_store("sqlite:" + link.string());
                            return 0;
                          }),
                          99));
}

TEST_F(SqliteStoreTest, LockIsFreeAfterTheLastObject) {
  open();
  EXPECT_TRUE(exited_with(run_in_child([&] {
                            open()->commit(commit_of({put_series(6)}));
                            return 0;
                          }),
                          0));
  EXPECT_EQ(stored_first(*open()), 6);
}

TEST_F(SqliteStoreTest, SnapshotStaysAtItsMomentAndDoesNotWrite) {
  expect_snapshot_stays_and_does_not_write(url());
}

TEST_F(SqliteStoreTest, SnapshotOfNothingIsRefused) {
  EXPECT_THAT(message_of<StoreRefused>([&] { open_store_snapshot(url()); }),
              HasSubstr("no such file"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  std::ofstream(file()).flush();
  EXPECT_THAT(message_of<StoreRefused>([&] { open_store_snapshot(url()); }),
              HasSubstr("nothing was stored yet"));
}

TEST_F(SqliteStoreTest, FullDiskLeavesNothingAndRecovers) {
  SqliteStore::Options options;
  options.pages_max = 200;
  SqliteStore store(file(), options);
  store.commit(commit_of({put_series(1)}));
  const Checkpoint at = store.claim(partition);
  const std::string large(4'000'000, 'x');
  Commit commit =
      commit_of({put_series(2), put(TableId::DeviceHour, {text("m"), number(0), large})});
  commit.move = PartitionMove{partition, at.epoch, -1, 10, "", {}};
  EXPECT_THAT(message_of<StoreUnavailable>([&] { store.commit(commit); }),
              HasSubstr("the disk is full"));
  EXPECT_EQ(stored_first(store), 1);
  EXPECT_EQ(store.claim(partition).next_offset, -1);
  commit.changes.pop_back();
  commit.move->epoch += 1;
  store.commit(commit);
  EXPECT_EQ(stored_first(store), 2);
  const std::unique_ptr<Store> roomy = open();
  roomy->commit(commit_of({put(TableId::DeviceHour, {text("m"), number(0), large})}));
  EXPECT_EQ(rows_of(*roomy, TableId::DeviceHour).size(), 1U);
}

TEST_F(SqliteStoreTest, StoreOfAnotherUserIsUnavailableWithAdvice) {
  using std::filesystem::perms;
  open();
  std::filesystem::permissions(file(), perms::owner_read);
  std::filesystem::permissions(file().string() + ".lock", perms::owner_read);
  std::filesystem::permissions(folder_.path(), perms{0555});
  const int status = run_in_child([&] {
    constexpr uid_t nobody = 65534;
    // Permissions do not bind root.
    if (::geteuid() == 0 && ::setuid(nobody) != 0) return 1;
    const std::string message = message_of<StoreUnavailable>([&] { open(); });
    return message.find("permissions") == std::string::npos ? 2 : 0;
  });
  std::filesystem::permissions(folder_.path(), perms::owner_all);
  EXPECT_TRUE(exited_with(status, 0)) << status;
}

TEST_F(SqliteStoreTest, KilledBetweenWritesAndCommitLeavesTheFormerState) {
  expect_killed_process_leaves_the_former_state(url());
}

TEST(CrashPoint, TextsOfTheSetting) {
  EXPECT_FALSE(crash_point(""));
  EXPECT_TRUE(crash_point("1"));
  for (const char* text : {"0", "-1", "x", "1x", " 1", "99999999999999999999"}) {
    EXPECT_THROW(crash_point(text), std::invalid_argument) << text;
  }
}

TEST_F(SqliteStoreTest, LockedStoreIsUnavailableAndRecovers) {
  StoreOptions options;
  options.busy_timeout = 20ms;
  const std::unique_ptr<Store> store = open_store(url(), options);
  {
    const std::unique_ptr<SqliteConnection> stranger = raw();
    SqliteTransaction transaction(*stranger, SqliteTransaction::Kind::Write);
    EXPECT_THAT(message_of<StoreUnavailable>([&] { store->commit(commit_of({put_series(1)})); }),
                HasSubstr("held it for too long"));
  }
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(stored_first(*store), 1);
}

TEST_F(SqliteStoreTest, WriterOfThisProcessThatTakesTooLongIsNamed) {
  StoreOptions impatient;
  impatient.busy_timeout = 20ms;
  const std::unique_ptr<Store> second = open_store(url(), impatient);
  StoreOptions options;
  std::string message;
  options.before_commit = [&] {
    std::thread([&] {
      message = message_of<StoreUnavailable>([&] { second->commit(commit_of({put_series(2)})); });
    }).join();
  };
  open_store(url(), options)->commit(commit_of({put_series(1)}));
  EXPECT_THAT(message, HasSubstr("another thread of this process"));
  EXPECT_EQ(stored_first(*second), 1);
}

TEST_F(SqliteStoreTest, ManyWritersOfOneProcessTakeTurns) {
  constexpr int writers = 4;
  constexpr std::int64_t commits = 25;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([this, writer] {
      const std::unique_ptr<Store> store = open();
      const PartitionId mine{"in", writer};
      const Checkpoint at = store->claim(mine);
      for (std::int64_t i = 0; i < commits; ++i) {
        Commit commit;
        commit.move = PartitionMove{mine, at.epoch, i == 0 ? -1 : i, i + 1, "", {{"n", i + 1}}};
        store->commit(commit);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::unique_ptr<Store> store = open();
  for (int writer = 0; writer < writers; ++writer) {
    EXPECT_EQ(store->claim({"in", writer}).next_offset, commits);
  }
}

TEST(SqliteMemory, IsPrivateToItsObject) {
  const std::unique_ptr<Store> store = open_store("sqlite::memory:");
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(stored_first(*store), 1);
  EXPECT_EQ(stored_first(*open_store("sqlite::memory:")), -1);
}

TEST_F(SqliteStoreTest, SinkThatThrowsLeavesTheStoreUsable) {
  const std::unique_ptr<Store> store = open();
  store->commit(commit_of({put_series(1)}));
  const std::vector<Key> all{{}};
  const auto stop = [](const Row&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(store->read(TableId::Series, all, stop), std::runtime_error);
  EXPECT_THROW(store->scan(TableId::Series, {}, {}, 0, stop), std::runtime_error);
  EXPECT_EQ(stored_first(*store), 1);
  store->commit(commit_of({put_series(2)}));
  EXPECT_EQ(stored_first(*store), 2);
}

}  // namespace
}  // namespace parkwatch
