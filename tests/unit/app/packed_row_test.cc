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
    RowPacker packer;
    packer.append(bytes, std::span(&cell, 1));
    Row row;
    packer.take(row, bytes);
    EXPECT_EQ(row, Row{cell});
  }
  std::string bytes;
  RowPacker packer;
  packer.append(bytes, odd_cells());
  Row row = {std::string("key")};
  packer.take(row, bytes);
  ASSERT_EQ(row.size(), odd_cells().size() + 1);
  EXPECT_EQ(Row(row.begin() + 1, row.end()), odd_cells());
}

TEST(PackedRow, IsSmall) {
  const Row times = {std::int64_t{1'774'750'206'164}, std::monostate{}, std::string("closed")};
  std::string bytes;
  RowPacker().append(bytes, times);
  EXPECT_EQ(bytes.size(), 1u + 6u + 1u + 2u + 6u);
}

TEST(PackedRow, KeepsAHashOnceAndMoreThanItHasRoomFor) {
  RowPacker packer;
  std::vector<std::string> packed;
  const auto row_of = [](int i) { return Row{std::string(61, 'f') + std::to_string(100 + i)}; };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) packer.append(packed.emplace_back(), row_of(i));
  }
  for (std::size_t i = 0; i < packed.size(); ++i) {
    Row row;
    packer.take(row, packed[i]);
    EXPECT_EQ(row, row_of(static_cast<int>(i % 100)));
  }
  EXPECT_EQ(packed[0].size(), 2u);
  EXPECT_GT(packed[99].size(), 64u);
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
