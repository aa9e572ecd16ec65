#include "app/packed_row.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "storage/key_order.h"

namespace parkwatch {
namespace {

const Row& odd_cells() {
  static const Row cells = {std::int64_t{0},
                            std::int64_t{-1},
                            std::int64_t{63},
                            std::int64_t{64},
                            std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max(),
                            std::monostate{},
                            std::string(),
                            std::string("安徽 a21026"),
                            std::string("\0a\0\0", 4),
                            std::string("\0\xff", 2),
                            std::string(300, 'x')};
  return cells;
}

TEST(PackedRow, KeepsEveryCell) {
  for (const Cell& cell : odd_cells()) {
    std::string bytes;
    append_packed(bytes, std::span(&cell, 1));
    Row row;
    append_unpacked(row, bytes);
    EXPECT_EQ(row, Row{cell});
  }
  std::string bytes;
  append_packed(bytes, odd_cells());
  Row row = {std::string("key")};
  append_unpacked(row, bytes);
  ASSERT_EQ(row.size(), odd_cells().size() + 1);
  EXPECT_EQ(Row(row.begin() + 1, row.end()), odd_cells());
}

TEST(PackedRow, IsSmall) {
  const Row times = {std::int64_t{1'774'750'206'164}, std::monostate{}, std::string("closed")};
  std::string bytes;
  append_packed(bytes, times);
  EXPECT_EQ(bytes.size(), 1u + 6u + 1u + 2u + 6u);
}

TEST(OrderedKey, IsTakenApartAgain) {
  const std::string bytes = ordered_key(odd_cells());
  std::string_view rest = bytes;
  Row row;
  while (!rest.empty()) row.push_back(take_ordered(rest));
  EXPECT_EQ(row, odd_cells());
}

}  // namespace
}  // namespace parkwatch
