#include "model/key_index.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(KeyIndex, FindsTheRowsOfAKeyInTheOrderTheyWereAdded) {
  std::vector<std::string> keys;
  for (int i = 0; i < 3'000; ++i) keys.push_back("outlet-" + std::to_string(i % 1'000));
  const auto key_of = [&](std::uint32_t row) -> const std::string& { return keys[row]; };
  KeyIndex index(keys.size());
  for (std::uint32_t row = 0; row < keys.size(); ++row) {
    EXPECT_EQ(index.add(row, key_of), row % 1'000);
  }
  for (std::uint32_t row = 0; row < 1'000; ++row) {
    EXPECT_EQ(index.first(keys[row], key_of), row);
    EXPECT_EQ(index.next(row), row + 1'000);
    EXPECT_EQ(index.next(row + 1'000), row + 2'000);
    EXPECT_EQ(index.next(row + 2'000), KeyIndex::none);
  }
  EXPECT_EQ(index.first("outlet-1000", key_of), KeyIndex::none);
  EXPECT_EQ(KeyIndex().first("", key_of), KeyIndex::none);
}

TEST(RowsById, VisitsTheRowsOfAnIdInTheOrderOfTheFile) {
  struct Row {
    std::string id;
    int number = 0;
  };
  const std::vector<Row> rows = {{"b", 1}, {"a", 2}, {"b", 3}, {"", 4}};
  const RowsById<Row> by_id(rows, &Row::id);
  std::vector<int> found;
  by_id.each("b", [&](const Row& row) { found.push_back(row.number); });
  EXPECT_EQ(found, std::vector<int>({1, 3}));
  EXPECT_EQ(by_id.first("a"), &rows[1]);
  EXPECT_EQ(by_id.first(""), &rows[3]);
  EXPECT_EQ(by_id.first("c"), nullptr);
}

}  // namespace
}  // namespace parkwatch
