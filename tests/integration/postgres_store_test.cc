// What the PostgreSQL store does beyond the common contract: servers, connections, rights, schemas.
#include "storage/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

#include "storage/postgres_schema.h"
#include "tests/integration/postgres_environment.h"
#include "tests/support/child_process.h"
#include "tests/support/one_row_store.h"
#include "tests/support/thrown.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class PostgresStoreTest : public testing::Test {
 protected:
  std::string url() const { return database_.url(); }
  std::unique_ptr<Store> open(const StoreOptions& options = {}) const {
    return open_store(url(), options);
  }
  void run(const std::string& sql) const { database_.connect()->execute(sql); }

  TestDatabase database_;
};

TEST_F(PostgresStoreTest, UnusableServersAndDatabasesAreRefusedWithAdvice) {
  struct Case {
    const char* name;
    std::string url;
    std::string advice;
  };
  const TestDatabase latin("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const TestDatabase foreign;
  foreign.connect()->execute("CREATE SCHEMA parkwatch; CREATE TABLE parkwatch.other (a int)");
  const std::string server = "127.0.0.1:" + std::to_string(TestServer::port());
  const Case cases[] = {
      {"wrong password", "postgresql://guarded:wrong@" + server + "/postgres",
       "the password is wrong; correct it"},
      {"missing database", TestServer::url("no_such"), "there is no such database; create it"},
      {"missing user", TestServer::url("postgres", "nobody_here"), "does not let this user in"},
      {"encoding", latin.url(), "ENCODING 'UTF8'"},
      {"foreign schema", foreign.url(), "tables of another program"},
      {"no right to make it", "postgresql://guarded:right@" + server + "/" + database_.name(),
       "parkwatch store init"},
      {"unknown parameter", "postgresql://u:wrong@h/d?no_such=1", "the URL can not be read"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string message = message_of<StoreRefused>([&] { open_store(c.url); });
    EXPECT_THAT(message, HasSubstr(c.advice));
    EXPECT_EQ(message.find("wrong@"), std::string::npos) << "a password is never shown";
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST_F(PostgresStoreTest, ServerThatIsAwayIsUnavailable) {
  EXPECT_THAT(message_of<StoreUnavailable>([] { open_store("postgresql://u@127.0.0.1:1/x"); }),
              HasSubstr("the server does not answer; start it"));
}

TEST_F(PostgresStoreTest, NewerAndOlderSchemas) {
  const auto connection = database_.connect();
  EXPECT_THROW(check_postgres(*connection, {}), StoreAbsent);
  open()->commit(commit_of({put_series(1)}));
  std::vector<Migration> good(migrations().begin(), migrations().end());
  const std::int64_t present = schema_version(good);
  good.push_back({"", "CREATE TABLE added (a bigint)"});
  good.push_back({"", "INSERT INTO added VALUES (7)"});
  EXPECT_THAT(message_of<StoreRefused>([&] { check_postgres(*connection, good); }),
              HasSubstr("older schema version " + std::to_string(present)));
  prepare_postgres(*connection, std::span(good).first(good.size() - 1));
  prepare_postgres(*connection, good);
  EXPECT_EQ(connection->run("SELECT a FROM added").integer(0, 0), 7);
  EXPECT_EQ(connection->run("SELECT version FROM schema_version").integer(0, 0), present + 2);
  std::vector<Migration> broken = good;
  broken.push_back({"", "DROP TABLE added"});
  broken.push_back({"", "DROP TABLE no_such"});
  EXPECT_THROW(prepare_postgres(*connection, broken), StoreRefused);
  EXPECT_EQ(connection->run("SELECT a FROM added").integer(0, 0), 7) << "all steps or none";
  const std::string newer = "schema version " + std::to_string(present + 2);
  EXPECT_THAT(message_of<StoreRefused>([&] { open(); }), HasSubstr(newer));
  EXPECT_THAT(message_of<StoreRefused>([&] { open_store_snapshot(url()); }),
              HasSubstr("use the newer program"));
}

TEST_F(PostgresStoreTest, MigrationsMakeTheFirstSchemaThePresentOne) {
  const auto columns = [&] {
    const PostgresResult found = database_.connect()->run(
        "SELECT coalesce(string_agg(table_name || '.' || column_name || ' ' || data_type || ' ' || "
        "coalesce(collation_name, ''), ', ' ORDER BY table_name, column_name), '') "
        "FROM information_schema.columns WHERE table_schema = 'parkwatch'");
    return found.text(0, 0);
  };
  open();
  const std::string made = columns();
  run(R"(SET search_path = parkwatch; ALTER TABLE outlet_window DROP first_arrival;
         ALTER TABLE episode_event DROP retroactive; ALTER TABLE history DROP registry;
         ALTER TABLE rejudge DROP cause; ALTER TABLE dead_letter DROP redriven;
         DROP TABLE log_gap; DROP TABLE document, violation, mark, operation;
         DROP TABLE capture, substitution, mass_hours, marked_minute;
         ALTER TABLE outbox DROP type, DROP time, DROP version;
         UPDATE schema_version SET version = 1)");
  EXPECT_THROW(open_store_snapshot(url()), StoreRefused);
  open();
  EXPECT_EQ(columns(), made);
}

TEST_F(PostgresStoreTest, ManyProcessesMakeOneSchema) {
  std::vector<std::future<void>> openings;
  for (int i = 0; i < 8; ++i) {
    openings.push_back(std::async(std::launch::async, [&] { open()->claim(partition); }));
  }
  for (std::future<void>& opening : openings) opening.get();
  EXPECT_EQ(open()->claim(partition).epoch, 9);
}

TEST_F(PostgresStoreTest, ConnectionCutBetweenWritesAndCommit) {
  StoreOptions options;
  bool cut = false;
  options.before_commit = [&] {
    if (!std::exchange(cut, true)) database_.cut_connections();
  };
  const std::unique_ptr<Store> store = open(options);
  const Checkpoint at = store->claim(partition);
  Commit commit = commit_of({put_series(1)});
  commit.move = PartitionMove{partition, at.epoch, -1, 10, "", {}};
  EXPECT_THROW(store->commit(commit), StoreUnavailable);
  EXPECT_EQ(stored_first(*store), -1) << "nothing of it is there, and the store connects again";
  store->commit(commit);
  EXPECT_EQ(stored_first(*store), 1);
  EXPECT_EQ(store->claim(partition).next_offset, 10);
}

TEST_F(PostgresStoreTest, ConnectionCutWhileIdle) {
  const std::unique_ptr<Store> store = open();
  const std::unique_ptr<Store> snapshot = open_store_snapshot(url());
  EXPECT_EQ(stored_first(*snapshot), -1);
  database_.cut_connections();
  EXPECT_THROW(store->active_set(), StoreUnavailable);
  EXPECT_EQ(store->active_set(), "");
  EXPECT_THROW(stored_first(*snapshot), StoreUnavailable);
  EXPECT_THAT(message_of<StoreUnavailable>([&] { stored_first(*snapshot); }),
              HasSubstr("the moment it showed"));
}

TEST_F(PostgresStoreTest, ServerCrashesAndComesBack) {
  const std::unique_ptr<Store> store = open();
  const Checkpoint at = store->claim(partition);
  Commit commit = commit_of({put_series(1)});
  commit.move = PartitionMove{partition, at.epoch, -1, 10, "h", {{"n", 3}}};
  store->commit(commit);
  TestServer::control("crash");
  EXPECT_THROW(store->active_set(), StoreUnavailable);
  EXPECT_THROW(store->active_set(), StoreUnavailable);
  EXPECT_THROW(open(), StoreUnavailable);
  TestServer::control("start");
  EXPECT_EQ(stored_first(*store), 1);
  const Checkpoint after = store->claim(partition);
  EXPECT_EQ(after.next_offset, 10);
  EXPECT_EQ(after.counters.at("n"), 3);
}

TEST_F(PostgresStoreTest, ReadOnlyServerIsUnavailableAndRecovers) {
  open();
  run("ALTER DATABASE " + database_.name() + " SET default_transaction_read_only = on");
  const std::unique_ptr<Store> store = open();
  EXPECT_THAT(message_of<StoreUnavailable>([&] { store->commit(commit_of({put_series(1)})); }),
              HasSubstr("takes no writes now"));
  EXPECT_EQ(stored_first(*store), -1);
  run("BEGIN READ WRITE; ALTER DATABASE " + database_.name() +
      " RESET default_transaction_read_only; COMMIT");
  database_.cut_connections();
  EXPECT_THROW(store->active_set(), StoreUnavailable);
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(stored_first(*store), 1);
}

TEST_F(PostgresStoreTest, LockThatIsHeldTooLongIsUnavailable) {
  StoreOptions impatient;
  impatient.busy_timeout = 50ms;
  const std::unique_ptr<Store> store = open(impatient);
  store->claim(partition);
  const auto stranger = database_.connect();
  stranger->execute("BEGIN; LOCK TABLE series");
  EXPECT_THAT(message_of<StoreUnavailable>([&] { store->commit(commit_of({put_series(1)})); }),
              HasSubstr("held it for too long"));
  stranger->execute("ROLLBACK");
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(stored_first(*store), 1);
}

TEST_F(PostgresStoreTest, RowsReadOneByOneLeaveTheNextStatementsWhole) {
  const auto store = open();
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(stored_first(*store), 1);
  EXPECT_EQ(store->active_set(), "");
  const std::string parks[] = {"p1"};
  store->hold_parks(parks);
  EXPECT_EQ(stored_first(*store), 1);
  store->commit(commit_of({put_series(3)}));  // in the transaction that was read in
  EXPECT_EQ(stored_first(*store), 3);
}

TEST_F(PostgresStoreTest, HeldParksKeepOthersOut) {
  StoreOptions impatient;
  impatient.busy_timeout = 50ms;
  const std::unique_ptr<Store> other = open(impatient);
  const std::unique_ptr<Store> store = open();
  Commit commit;
  commit.parks = {{"p1", 0, 1}};
  store->commit(commit);
  const std::vector<std::string> parks{"p1"};
  store->hold_parks(parks);
  commit.parks = {{"p1", 1, 2}};
  EXPECT_THROW(other->commit(commit), StoreUnavailable);
  store->commit(commit);
  EXPECT_THROW(other->commit(commit), ParkMoved);
}

// The first waits in its hook while the second makes the same park: only one of them may win.
TEST_F(PostgresStoreTest, NewParkIsMadeByOneOfTwo) {
  const std::unique_ptr<Store> second = open();
  std::future<std::string> loser;
  StoreOptions options;
  Commit commit;
  commit.parks = {{"p1", 0, 1}};
  options.before_commit = [&] {
    loser = std::async(std::launch::async,
                       [&] { return message_of<ParkMoved>([&] { second->commit(commit); }); });
    // Until the other waits for the row that is not committed yet.
    const auto looker = database_.connect();
    while (looker
               ->run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                     "datname = current_database()")
               .integer(0, 0) == 0) {
      std::this_thread::yield();
    }
  };
  open(options)->commit(commit);
  EXPECT_EQ(loser.get(), "park version moved");
  EXPECT_EQ(rows_of(*second, TableId::Park).front()[2], number(1));
}

TEST_F(PostgresStoreTest, SetThatMovesDuringACommitWaitsForIt) {
  open()->commit(commit_of({put(TableId::ActiveSet, {text(active_set_name), text("one")})}));
  StoreOptions options;
  std::future<void> activation;
  options.before_commit = [&] {
    activation = std::async(std::launch::async, [&] {
      Commit moves = commit_of({put(TableId::ActiveSet, {text(active_set_name), text("two")})});
      moves.active_set = "one";
      open()->commit(moves);
    });
    EXPECT_EQ(activation.wait_for(50ms), std::future_status::timeout);
  };
  const std::unique_ptr<Store> store = open(options);
  Commit commit = commit_of({put_series(1)});
  commit.active_set = "one";
  store->commit(commit);
  activation.get();
  EXPECT_EQ(store->active_set(), "two");
  EXPECT_THROW(open()->commit(commit), SetMoved);
}

TEST_F(PostgresStoreTest, KilledProcessLeavesTheFormerState) {
  expect_killed_process_leaves_the_former_state(url());
}

// A worker that was stopped and comes back finds another owner: its commit changes nothing.
TEST_F(PostgresStoreTest, ZombieOfAnotherProcessCanNotCommit) {
  const std::unique_ptr<Store> store = open();
  const Checkpoint zombie = store->claim(partition);
  const int status = run_in_child([&] {
    const std::unique_ptr<Store> owner = open_store(url());
    const Checkpoint at = owner->claim(partition);
    Commit commit = commit_of({put_series(5)});
    commit.move = PartitionMove{partition, at.epoch, at.next_offset, 7, "", {}};
    owner->commit(commit);
    return 0;
  });
  ASSERT_TRUE(exited_with(status, 0));
  Commit commit = commit_of({put_series(4)});
  commit.move = PartitionMove{partition, zombie.epoch, zombie.next_offset, 9, "", {}};
  EXPECT_THAT(message_of<StaleCommit>([&] { store->commit(commit); }), HasSubstr("epoch 2"));
  EXPECT_EQ(stored_first(*store), 5);
}

TEST_F(PostgresStoreTest, SnapshotStaysAtItsMomentAndDoesNotWrite) {
  EXPECT_THROW(open_store_snapshot(url()), StoreAbsent);
  expect_snapshot_stays_and_does_not_write(url());
}

TEST_F(PostgresStoreTest, SinkThatThrowsLeavesTheStoreUsable) {
  const std::unique_ptr<Store> store = open();
  store->commit(commit_of({put_series(1)}));
  const std::vector<Key> all{{}};
  const auto stop = [](const Row&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(store->read(TableId::Series, all, stop), std::runtime_error);
  EXPECT_THROW(store->scan(TableId::Series, {}, {}, 0, stop), std::runtime_error);
  EXPECT_EQ(stored_first(*store), 1);
}

TEST_F(PostgresStoreTest, UnchangedRowsAreNotWritten) {
  const std::unique_ptr<Store> store = open();
  const auto connection = database_.connect();
  const auto place = [&] {
    return connection->run("SELECT (ctid::text) FROM parkwatch.series").text(0, 0);
  };
  store->commit(commit_of({put_series(1)}));
  const std::string first = place();
  store->commit(commit_of({put_series(1)}));
  EXPECT_EQ(place(), first);
  store->commit(commit_of({put_series(2)}));
  EXPECT_NE(place(), first);
}

TEST_F(PostgresStoreTest, ManyRowsTakeSeveralStatements) {
  const std::unique_ptr<Store> store = open();
  std::vector<Change> changes;
  for (std::int64_t i = 0; i < 25'000; ++i) {
    changes.push_back(put(TableId::DeviceHour, {text("m"), number(i), text("x")}));
  }
  const std::string large(12'000'000, 'y');
  for (std::int64_t i = 0; i < 4; ++i) {
    changes.push_back(put(TableId::DeviceHour, {text("n"), number(i), text(large)}));
  }
  store->commit(commit_of(std::move(changes)));
  std::size_t rows = 0;
  store->scan(TableId::DeviceHour, {}, {}, 0, [&](const Row&) { ++rows; });
  EXPECT_EQ(rows, 25'004U);
  std::vector<Key> keys;
  for (std::int64_t i = 24'999; i >= 0; i -= 2) keys.push_back({text("m"), number(i)});
  std::vector<std::int64_t> hours;
  store->read(TableId::DeviceHour, keys,
              [&](const Row& row) { hours.push_back(std::get<std::int64_t>(row[1])); });
  ASSERT_EQ(hours.size(), keys.size());
  EXPECT_TRUE(std::is_sorted(hours.rbegin(), hours.rend()));
}

}  // namespace
}  // namespace parkwatch
