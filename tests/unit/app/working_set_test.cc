#include "app/working_set.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace parkwatch {
namespace {

/// Counts what is asked of it.
class CountingStore : public MemoryStore {
 public:
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override {
    ++reads;
    MemoryStore::read(table, prefixes, sink);
  }
  int reads = 0;
};

Row series(const std::string& park) {
  return {park, std::string("o1"), std::string("a21026"), std::int64_t{0}};
}

class WorkingSetOfTwoParks : public ::testing::Test {
 protected:
  WorkingSetOfTwoParks() {
    for (const char* park : {"p1", "p10"}) rows.put(TableId::Series, series(park));
    rows.put(TableId::Park, {std::string("p1"), std::int64_t{7}, std::int64_t{1}});
    Commit commit;
    commit.changes = rows.changes();
    std::erase_if(commit.changes,
                  [](const Change& change) { return change.table == TableId::Park; });
    store.commit(commit);
    rows.settle();
    store.reads = 0;
  }

  CountingStore store;
  WorkingSet rows{store};
};

TEST_F(WorkingSetOfTwoParks, ReadsAParksRowsAnewOnceTheyAreForgotten) {
  EXPECT_EQ(rows.rows(TableId::Series, {std::string("p1")}).size(), 1u);
  EXPECT_EQ(store.reads, 1);  // whether there are more of them than were put
  EXPECT_EQ(rows.rows(TableId::Series, {std::string("p1")}).size(), 1u);
  EXPECT_EQ(store.reads, 1);
  rows.forget_park("p1");
  ASSERT_EQ(rows.rows(TableId::Series, {std::string("p1")}).size(), 1u);
  EXPECT_EQ(store.reads, 2);
  EXPECT_EQ(*rows.rows(TableId::Series, {std::string("p1")})[0], series("p1"));
}

// Rows that no batch uses wait as bytes: what they hold and what has changed must not show it.
TEST_F(WorkingSetOfTwoParks, ARowThatWaitedIsTheSame) {
  const Row* first = rows.find(TableId::Park, {std::string("p1")});
  ASSERT_NE(first, nullptr);
  const Row before = *first;
  rows.settle();
  const Row* again = rows.find(TableId::Park, {std::string("p1")});
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(*again, before);
  rows.put(TableId::Park, before);
  EXPECT_TRUE(rows.changes().empty());
  rows.erase(TableId::Series, {std::string("p1"), std::string("o1"), std::string("a21026")});
  ASSERT_EQ(rows.changes().size(), 1u);
  EXPECT_TRUE(rows.changes()[0].erase);
  EXPECT_EQ(rows.changes()[0].row, series("p1"));
  rows.put(TableId::Series, series("p1"));
  EXPECT_TRUE(rows.changes().empty());
}

TEST_F(WorkingSetOfTwoParks, KeepsTheRowsOfOtherParks) {
  rows.rows(TableId::Series, {std::string("p10")});
  rows.forget_park("p1");
  store.reads = 0;
  EXPECT_EQ(rows.rows(TableId::Series, {std::string("p10")}).size(), 1u);
  EXPECT_EQ(store.reads, 0);
}

// A version that was read anew would let a commit pass that rests on older device hours.
TEST_F(WorkingSetOfTwoParks, KeepsTheVersionOfTheParkThatItForgets) {
  rows.forget_park("p1");
  const Row* park = rows.find(TableId::Park, {std::string("p1")});
  ASSERT_NE(park, nullptr);
  EXPECT_EQ(std::get<std::int64_t>((*park)[1]), 7);
  EXPECT_EQ(store.reads, 0);
}

TEST_F(WorkingSetOfTwoParks, OverwritesWithoutAsking) {
  Row row = series("p1");
  rows.settle();
  rows.forget_park("p1");
  row[3] = std::int64_t{5};
  rows.overwrite(TableId::Series, row);
  EXPECT_EQ(store.reads, 0);
  ASSERT_EQ(rows.changes().size(), 1U);
  EXPECT_EQ(*rows.find(TableId::Series, {row.begin(), row.begin() + 3}), row);
  // What the store holds is known once its neighbours are read, so that the row can go.
  EXPECT_EQ(rows.rows(TableId::Series, {std::string("p1")}).size(), 1U);
  EXPECT_EQ(store.reads, 1);
  rows.erase(TableId::Series, {row.begin(), row.begin() + 3});
  ASSERT_EQ(rows.changes().size(), 1U);
  EXPECT_TRUE(rows.changes().front().erase);
}

}  // namespace
}  // namespace parkwatch
