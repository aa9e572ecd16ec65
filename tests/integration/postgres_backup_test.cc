// Backups between the forms, roles, and what a replayed log leaves in each form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/backup.h"
#include "storage/postgres_roles.h"
#include "storage/postgres_timescale.h"
#include "tests/integration/postgres_environment.h"
#include "tests/support/full_store.h"
#include "tests/support/store_rows.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;

TEST(PostgresBackup, FromSqliteToPostgresAndBackIsTheSame) {
  const TemporaryFolder folder;
  const TestDatabase database;
  const std::string first = "sqlite:" + folder.file("a.db");
  const std::string last = "sqlite:" + folder.file("b.db");
  const std::unique_ptr<Store> store = open_store(first);
  fill_every_table(*store);
  const auto before = all_rows(*store);
  write_backup(*open_store_snapshot(first), folder.file("one"));
  read_backup(folder.file("one"), *open_store_loader(database.url()));
  const std::unique_ptr<Store> middle = open_store(database.url());
  EXPECT_EQ(all_rows(*middle), before);
  write_backup(*open_store_snapshot(database.url()), folder.file("two"));
  read_backup(folder.file("two"), *open_store_loader(last));
  EXPECT_EQ(all_rows(*open_store(last)), before);
  EXPECT_THROW(read_backup(folder.file("two"), *open_store_loader(database.url())), StoreRefused);
  middle->commit(commit_of({put(TableId::Dirty, {nothing(), text("c"), text("hour"), number(0)})}));
  EXPECT_EQ(rows_of(*middle, TableId::Dirty).back()[0], number(7)) << "ids go on";
  EXPECT_EQ(middle->claim({"parkwatch.input.v1", 3}).next_offset, 12);
}

TEST(PostgresTimescale, IsAbsentWithoutComplaint) {
  const TestDatabase database;
  open_store(database.url());
  EXPECT_TRUE(spread_over_time(database.url()).empty());
}

/// Users that are members of one role each, for one database.
class PostgresRoles : public testing::Test {
 protected:
  PostgresRoles() {
    fill_every_table(*open_store(database_.url()));
    const auto owner = database_.connect();
    owner->execute(postgres_roles_sql());
    owner->execute(postgres_roles_sql());  // may be run again
    for (const std::string role : {"writer", "reader", "auditor"}) {
      owner->execute("DROP ROLE IF EXISTS " + role + "_1; CREATE ROLE " + role +
                     "_1 LOGIN IN ROLE parkwatch_" + role);
    }
  }
  ~PostgresRoles() override {
    const auto owner = database_.connect();
    owner->execute("DROP ROLE writer_1, reader_1, auditor_1");
  }
  std::string url(const std::string& role) const {
    return TestServer::url(database_.name(), role + "_1");
  }
  /// Whether the role may run the statement.
  bool may(const std::string& role, const std::string& sql) const {
    PostgresConnection::Options options;
    options.url = url(role);
    PostgresConnection connection(options);
    try {
      connection.execute("BEGIN; " + sql);
      return true;
    } catch (const StoreRefused& refused) {
      EXPECT_THAT(refused.what(), HasSubstr("42501")) << sql;
      return false;
    }
  }

  TestDatabase database_;
};

TEST_F(PostgresRoles, EachMayDoItsWorkAndNoMore) {
  struct Case {
    const char* sql;
    bool writer, reader, auditor;
  };
  const Case cases[] = {
      {"SELECT * FROM verdict", true, true, true},
      {"SELECT * FROM cluster_window", true, true, true},
      {"SELECT * FROM segment", true, false, true},
      {"SELECT * FROM dead_letter", true, false, true},
      {"SELECT * FROM registry_set", true, false, true},
      {"SELECT version FROM schema_version", true, true, true},
      {"UPDATE verdict SET state = 'compliant'", true, false, false},
      {"DELETE FROM episode", true, false, false},
      {"INSERT INTO active_set VALUES ('other', 'x')", true, false, false},
      {"UPDATE segment SET content = ''", false, false, false},
      {"DELETE FROM segment", false, false, false},
      {"UPDATE schema_version SET version = 9", false, false, false},
      {"TRUNCATE verdict", false, false, false},
      {"DROP TABLE verdict", false, false, false},
      {"ALTER TABLE verdict ADD COLUMN x int", false, false, false},
      {"CREATE TABLE parkwatch.more (x int)", false, false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sql);
    EXPECT_EQ(may("writer", c.sql), c.writer);
    EXPECT_EQ(may("reader", c.sql), c.reader);
    EXPECT_EQ(may("auditor", c.sql), c.auditor);
  }
}

TEST_F(PostgresRoles, WriterRunsAndReaderReads) {
  const std::unique_ptr<Store> store = open_store(url("writer"));
  const Checkpoint at = store->claim({"in", 0});
  Commit commit = commit_of(
      {put(TableId::Segment, {text("in"), number(0), number(0), number(1), text("h"), text("c")}),
       put(TableId::Dirty, {nothing(), text("c"), text("hour"), number(0)}),
       erased(TableId::Dirty, {number(1)})});
  commit.move = PartitionMove{{"in", 0}, at.epoch, -1, 1, "h", {{"n", 1}}};
  commit.parks = {{"p1", 1, 2}, {"p9", 0, 1}};
  store->commit(commit);
  const std::unique_ptr<Store> reader = open_store_snapshot(url("reader"));
  EXPECT_EQ(rows_of(*reader, TableId::Park).size(), 3U);
  EXPECT_THAT(message_of<StoreRefused>([&] { rows_of(*reader, TableId::Segment); }),
              HasSubstr("parkwatch store roles"));
  EXPECT_EQ(rows_of(*open_store_snapshot(url("auditor")), TableId::Segment).size(), 7U);
}

}  // namespace
}  // namespace parkwatch
