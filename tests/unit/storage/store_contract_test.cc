// What every Store does; store_contract_forms_test.cc and tests/integration/ name the forms.
#include "tests/support/store_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "tests/support/store_rows.h"

namespace parkwatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const PartitionId partition{"parkwatch.input.v1", 3};

Row series(std::string_view park, std::string_view outlet, std::string_view factor,
           std::int64_t first) {
  return {text(park), text(outlet), text(factor), number(first)};
}

Change put_series(std::string_view park, std::string_view outlet, std::int64_t first) {
  return put(TableId::Series, series(park, outlet, "a21026", first));
}

PartitionMove move_of(const Checkpoint& from, std::int64_t next) {
  return {partition, from.epoch, from.next_offset, next, "head", {{"accepted", next}}};
}

TEST_P(StoreContract, ClaimOfANewPartitionStartsNowhere) {
  const Checkpoint first = store_->claim(partition);
  EXPECT_EQ(first.next_offset, -1);
  EXPECT_EQ(first.epoch, 1);
  EXPECT_EQ(first.chain_head, "");
  EXPECT_THAT(first.counters, IsEmpty());
  EXPECT_EQ(store_->claim(partition).epoch, 2);
  EXPECT_EQ(store_->claim({"other", 3}).epoch, 1);
}

TEST_P(StoreContract, CommitMovesOffsetCountersAndRowsTogether) {
  const Checkpoint start = store_->claim(partition);
  Commit commit = commit_of({put_series("p1", "DA001", 7)});
  commit.move = move_of(start, 10);
  commit.parks = {{"p1", 0, 60'000}};
  store_->commit(commit);
  const std::unique_ptr<Store> other = backend_->open();
  const Checkpoint after = other->claim(partition);
  EXPECT_EQ(after.next_offset, 10);
  EXPECT_EQ(after.epoch, 2);
  EXPECT_EQ(after.chain_head, "head");
  EXPECT_EQ(after.counters, (std::map<std::string, std::int64_t>{{"accepted", 10}}));
  EXPECT_THAT(rows_of(*other, TableId::Series), ElementsAre(series("p1", "DA001", "a21026", 7)));
  EXPECT_THAT(rows_of(*other, TableId::Park),
              ElementsAre(Row{text("p1"), number(60'000), number(1)}));
}

TEST_P(StoreContract, CountersAreAbsoluteAndOthersStay) {
  Checkpoint at = store_->claim(partition);
  Commit commit;
  commit.move = PartitionMove{partition, at.epoch, -1, 5, "", {{"accepted", 4}, {"duplicate", 1}}};
  store_->commit(commit);
  commit.move = PartitionMove{partition, at.epoch, 5, 6, "", {{"accepted", 9}}};
  store_->commit(commit);
  EXPECT_EQ(store_->claim(partition).counters,
            (std::map<std::string, std::int64_t>{{"accepted", 9}, {"duplicate", 1}}));
}

// Each refused commit also carries good rows, a good park and a counter: none of it may show.
struct Refusal {
  const char* name;
  std::function<void(Commit&)> spoil;
  std::function<void(Store&, const Commit&)> expect;
};

void expect_stale(Store& store, const Commit& commit) {
  EXPECT_THROW(store.commit(commit), StaleCommit);
}

void expect_moved(Store& store, const Commit& commit, const std::vector<std::string>& parks) {
  try {
    store.commit(commit);
    ADD_FAILURE() << "the commit was taken";
  } catch (const ParkMoved& moved) {
    EXPECT_EQ(moved.parks, parks);
  }
}

TEST_P(StoreContract, RefusedCommitLeavesNothing) {
  const Refusal refusals[] = {
      {"offset behind", [](Commit& c) { c.move->first_offset = 9; }, expect_stale},
      {"offset ahead",
       [](Commit& c) {
         c.move->first_offset = 11;
         c.move->next_offset = 12;
       },
       expect_stale},
      {"offset of a new partition", [](Commit& c) { c.move->first_offset = -1; }, expect_stale},
      {"older epoch", [](Commit& c) { c.move->epoch -= 1; }, expect_stale},
      {"newer epoch", [](Commit& c) { c.move->epoch += 1; }, expect_stale},
      {"never claimed", [](Commit& c) { c.move->id.partition = 99; }, expect_stale},
      {"one park moved", [](Commit& c) { c.parks[0].version = 0; },
       [](Store& s, const Commit& c) { expect_moved(s, c, {"p1"}); }},
      {"all parks that moved are named",
       [](Commit& c) {
         c.parks = {{"p1", 2, 0}, {"p2", 0, 0}, {"p3", 4, 0}};
       },
       [](Store& s, const Commit& c) {
         expect_moved(s, c, {"p1", "p3"});
       }},
      {"another active set", [](Commit& c) { c.active_set = "set-0"; },
       [](Store& s, const Commit& c) { EXPECT_THROW(s.commit(c), SetMoved); }},
  };
  const Checkpoint start = store_->claim(partition);
  Commit first = commit_of({put_series("p1", "DA001", 7),
                            put(TableId::ActiveSet, {text(active_set_name), text("set-1")})});
  first.move = move_of(start, 10);
  first.parks = {{"p1", 0, 1000}};
  store_->commit(first);
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.name);
    const Checkpoint at = store_->claim(partition);
    Commit commit = commit_of({put_series("p1", "DA001", 8), put_series("p1", "DA002", 8)});
    commit.move = move_of(at, 20);
    commit.parks = {{"p1", 1, 2000}};
    commit.active_set = "set-1";
    refusal.spoil(commit);
    refusal.expect(*store_, commit);
    EXPECT_THAT(rows_of(*store_, TableId::Series), ElementsAre(series("p1", "DA001", "a21026", 7)));
    EXPECT_THAT(rows_of(*store_, TableId::Park),
                ElementsAre(Row{text("p1"), number(1000), number(1)}));
    const Checkpoint after = store_->claim(partition);
    EXPECT_EQ(after.next_offset, 10);
    EXPECT_EQ(after.counters.at("accepted"), 10);
  }
}

TEST_P(StoreContract, ZombieCanNotCommit) {
  const std::unique_ptr<Store> other = backend_->open();
  const Checkpoint zombie = store_->claim(partition);
  const Checkpoint owner = other->claim(partition);
  Commit commit = commit_of({put_series("p1", "DA001", 1)});
  commit.move = move_of(zombie, 10);
  EXPECT_THROW(store_->commit(commit), StaleCommit);
  EXPECT_THAT(rows_of(*other, TableId::Series), IsEmpty());
  commit.move = move_of(owner, 10);
  other->commit(commit);
  EXPECT_EQ(rows_of(*store_, TableId::Series).size(), 1U);
}

TEST_P(StoreContract, ParkVersionRisesWithEveryCommit) {
  Commit commit;
  commit.parks = {{"p1", 0, 5000}, {"p2", 0, 1000}};
  store_->commit(commit);
  commit.parks = {{"p1", 1, 6000}};
  store_->commit(commit);
  EXPECT_THAT(rows_of(*store_, TableId::Park),
              ElementsAre(Row{text("p1"), number(6000), number(2)},
                          Row{text("p2"), number(1000), number(1)}));
}

TEST_P(StoreContract, HeldParksAreReadAndCommittedOrLetGo) {
  Commit commit;
  commit.parks = {{"p1", 0, 5000}};
  store_->commit(commit);
  const std::vector<std::string> parks{"p2", "p1"};
  store_->hold_parks(parks);
  EXPECT_THAT(rows_of(*store_, TableId::Park),
              ElementsAre(Row{text("p1"), number(5000), number(1)}));
  commit.parks = {{"p1", 1, 6000}, {"p2", 0, 6000}};
  store_->commit(commit);
  store_->hold_parks(parks);
  store_->claim(partition);
  const std::unique_ptr<Store> other = backend_->open();
  commit.parks = {{"p1", 2, 7000}};
  other->commit(commit);
  store_->hold_parks(parks);
  expect_moved(*store_, commit, {"p1"});
  commit.parks = {{"p1", 3, 8000}};
  other->commit(commit);
  EXPECT_EQ(rows_of(*store_, TableId::Park).front(), (Row{text("p1"), number(8000), number(4)}));
}

TEST_P(StoreContract, HookThatThrowsLeavesNothing) {
  StoreOptions options;
  options.before_commit = [] { throw std::runtime_error("stop here"); };
  const std::unique_ptr<Store> broken = backend_->open(options);
  EXPECT_THROW(broken->commit(commit_of({put_series("p1", "DA001", 1)})), std::runtime_error);
  EXPECT_THAT(rows_of(*store_, TableId::Series), IsEmpty());
  EXPECT_THAT(rows_of(*broken, TableId::Series), IsEmpty());
  store_->commit(commit_of({put_series("p1", "DA001", 1)}));
  EXPECT_EQ(rows_of(*broken, TableId::Series).size(), 1U);
}

TEST_P(StoreContract, UpsertReplacesTheWholeRowAndEraseRemovesIt) {
  Row verdict = row_of(TableId::Verdict, {text("p1"), text("hour"), number(3'600'000),
                                          text("DA001"), text("a21026"), text("L1")});
  verdict[8] = text("over");
  verdict[9] = number(12'500'000);
  store_->commit(commit_of({put(TableId::Verdict, verdict)}));
  verdict[8] = text("compliant");
  verdict[9] = nothing();
  verdict[13] = number(1);
  store_->commit(commit_of({put(TableId::Verdict, verdict)}));
  EXPECT_THAT(rows_of(*store_, TableId::Verdict), ElementsAre(verdict));
  store_->commit(commit_of({erased(TableId::Verdict, Key(verdict.begin(), verdict.begin() + 6)),
                            erased(TableId::Series, {text("no"), text("such"), text("row")})}));
  EXPECT_THAT(rows_of(*store_, TableId::Verdict), IsEmpty());
}

TEST_P(StoreContract, ReadByPrefixesInKeyOrderPerPrefix) {
  store_->commit(
      commit_of({put_series("p2", "b", 1), put_series("p1", "b", 2), put_series("p1", "a", 3),
                 put_series("p10", "a", 4), put_series("p", "a", 5)}));
  std::vector<std::int64_t> found;
  const std::vector<Key> prefixes{
      {text("p2")}, {text("p1")}, {text("p3")}, {text("p1"), text("b")}, {nothing()}};
  store_->read(TableId::Series, prefixes,
               [&](const Row& row) { found.push_back(std::get<std::int64_t>(row[3])); });
  EXPECT_THAT(found, ElementsAre(1, 3, 2, 2));
  EXPECT_EQ(rows_of(*store_, TableId::Series).size(), 5U);
}

TEST_P(StoreContract, TextIsOrderedByItsBytes) {
  using namespace std::string_literals;
  const std::vector<std::string> ordered{"",   "\0"s, "\0\0"s, "\0a"s,     "\1",   "A",
                                         "B",  "a",   "a\0"s,  "a\0b"s,    "a\1",  "a b",
                                         "ab", "b",   "\x7f",  "\xc3\xa9", "排口", "\xff\xfe"};
  std::vector<Change> changes;
  for (auto at = ordered.rbegin(); at != ordered.rend(); ++at) {
    changes.push_back(put_series(*at, "x", 0));
  }
  store_->commit(commit_of(std::move(changes)));
  std::vector<std::string> found;
  for (const Row& row : rows_of(*store_, TableId::Series)) {
    found.push_back(std::get<std::string>(row[0]));
  }
  EXPECT_EQ(found, ordered);
  for (const std::string& park : ordered) {
    EXPECT_EQ(rows_of(*store_, TableId::Series, {park}).size(), 1U) << park;
  }
}

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

TEST_P(StoreContract, NumbersAreOrderedByValueToTheExtremes) {
  const std::vector<std::int64_t> ordered{least, least + 1, -10, -9,  -1,           0,       1,
                                          9,     10,        255, 256, greatest - 1, greatest};
  std::vector<Change> changes;
  for (auto at = ordered.rbegin(); at != ordered.rend(); ++at) {
    changes.push_back(put(TableId::DeviceHour, {text("mn"), number(*at), text("")}));
  }
  store_->commit(commit_of(std::move(changes)));
  std::vector<std::int64_t> found;
  for (const Row& row : rows_of(*store_, TableId::DeviceHour)) {
    found.push_back(std::get<std::int64_t>(row[1]));
  }
  EXPECT_EQ(found, ordered);
}

TEST_P(StoreContract, ScanBounds) {
  std::vector<Change> changes;
  for (const char* mn : {"m1", "m2"}) {
    for (std::int64_t hour = 1; hour <= 3; ++hour) {
      changes.push_back(put(TableId::DeviceHour, {text(mn), number(hour), text(mn)}));
    }
  }
  store_->commit(commit_of(std::move(changes)));
  struct Case {
    const char* name;
    Key low;
    Key high;
    std::size_t limit;
    std::vector<std::string> found;
  };
  const Case cases[] = {
      {"all", {}, {}, 0, {"m1/1", "m1/2", "m1/3", "m2/1", "m2/2", "m2/3"}},
      {"low is included", {text("m1"), number(3)}, {}, 0, {"m1/3", "m2/1", "m2/2", "m2/3"}},
      {"high is excluded", {}, {text("m1"), number(3)}, 0, {"m1/1", "m1/2"}},
      {"between", {text("m1"), number(2)}, {text("m2"), number(2)}, 0, {"m1/2", "m1/3", "m2/1"}},
      {"leading cell of low", {text("m2")}, {}, 0, {"m2/1", "m2/2", "m2/3"}},
      {"leading cell of high", {}, {text("m2")}, 0, {"m1/1", "m1/2", "m1/3"}},
      {"null is below all", {text("m2"), nothing()}, {}, 0, {"m2/1", "m2/2", "m2/3"}},
      {"nothing is below null", {}, {nothing()}, 0, {}},
      {"null ends before the rows", {}, {text("m2"), nothing()}, 0, {"m1/1", "m1/2", "m1/3"}},
      {"limit", {}, {}, 2, {"m1/1", "m1/2"}},
      {"limit above the number", {text("m2")}, {}, 9, {"m2/1", "m2/2", "m2/3"}},
      {"empty range", {text("m2")}, {text("m2")}, 0, {}},
      {"turned around", {text("m2")}, {text("m1")}, 0, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> found;
    for (const Row& row : rows_between(*store_, TableId::DeviceHour, c.low, c.high, c.limit)) {
      found.push_back(std::get<std::string>(row[0]) + "/" +
                      std::to_string(std::get<std::int64_t>(row[1])));
    }
    EXPECT_EQ(found, c.found);
  }
}

TEST_P(StoreContract, SequenceIdsRiseAndAreNeverReused) {
  const auto mark = [](std::string_view cluster) {
    return put(TableId::Dirty, {nothing(), text(cluster), text("hour"), number(0)});
  };
  store_->commit(commit_of({mark("a"), mark("b")}));
  EXPECT_THAT(rows_of(*store_, TableId::Dirty),
              ElementsAre(Row{number(1), text("a"), text("hour"), number(0)},
                          Row{number(2), text("b"), text("hour"), number(0)}));
  store_->commit(
      commit_of({erased(TableId::Dirty, {number(1)}), erased(TableId::Dirty, {number(2)})}));
  store_->commit(commit_of({mark("c")}));
  EXPECT_THAT(rows_of(*store_, TableId::Dirty),
              ElementsAre(Row{number(3), text("c"), text("hour"), number(0)}));
}

TEST_P(StoreContract, BytesComeBackAsTheyWere) {
  using namespace std::string_literals;
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte.push_back(static_cast<char>(i));
  const std::string large(3'000'000, '\x5a');
  const Row rows[] = {{text("m"), number(1), every_byte},
                      {text("m"), number(2), ""s},
                      {text("m"), number(3), large},
                      {text("m"), number(4), nothing()}};
  std::vector<Change> changes;
  for (const Row& row : rows) changes.push_back(put(TableId::DeviceHour, row));
  store_->commit(commit_of(std::move(changes)));
  EXPECT_EQ(rows_of(*store_, TableId::DeviceHour), std::vector<Row>(rows, rows + 4));
}

TEST_P(StoreContract, ActiveSetIsEmptyInANewStoreAndFollowsItsRow) {
  EXPECT_EQ(store_->active_set(), "");
  store_->commit(commit_of({put(TableId::ActiveSet, {text(active_set_name), text("set-1")})}));
  EXPECT_EQ(store_->active_set(), "set-1");
  Commit commit = commit_of({put_series("p1", "DA001", 1)});
  commit.active_set = "set-1";
  store_->commit(commit);
  EXPECT_EQ(rows_of(*store_, TableId::Series).size(), 1U);
}

TEST_P(StoreContract, EmptyCommitAndReadsOfEmptyTables) {
  store_->commit({});
  for (const Table& each : tables()) {
    EXPECT_THAT(rows_of(*store_, each.id), IsEmpty()) << each.name;
    EXPECT_THAT(rows_between(*store_, each.id, {}, {}, 5), IsEmpty()) << each.name;
  }
}

TEST_P(StoreContract, EveryTableTakesARow) {
  for (const Table& each : tables()) {
    SCOPED_TRACE(each.name);
    if (each.id == TableId::Park || each.id == TableId::Progress || each.id == TableId::Counter) {
      continue;  // not written by changes
    }
    Row row;
    for (const Column& column : each.columns) {
      const bool bytes = column.type == ColumnType::Text || column.type == ColumnType::Blob;
      row.push_back(bytes ? text("x") : number(1));
    }
    if (each.sequence) row[0] = nothing();
    store_->commit(commit_of({put(each.id, row)}));
    row[0] = each.sequence ? number(1) : row[0];
    EXPECT_THAT(rows_of(*store_, each.id), ElementsAre(row));
  }
}

TEST_P(StoreContractDeathTest, RowsOfTheWrongShapeAreBugs) {
  struct Case {
    const char* name;
    Change change;
  };
  const Case cases[] = {
      {"too few cells", put(TableId::Series, {text("p"), text("o"), text("f")})},
      {"too many cells", put(TableId::ActiveSet, {text("a"), text("b"), text("c")})},
      {"text for a number", put(TableId::Series, {text("p"), text("o"), text("f"), text("1")})},
      {"number for a text", put(TableId::ActiveSet, {text("a"), number(1)})},
      {"null in the key", put(TableId::ActiveSet, {nothing(), text("a")})},
      {"given sequence", put(TableId::Dirty, {number(7), text("c"), text("hour"), number(0)})},
      {"erase without a whole key", erased(TableId::Series, {text("p")})},
      {"progress", put(TableId::Progress, row_of(TableId::Progress, {text("t"), number(0)}))},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_DEATH(store_->commit(commit_of({c.change})), "invariant broken");
  }
}

}  // namespace
}  // namespace parkwatch
