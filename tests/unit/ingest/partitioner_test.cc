#include "ingest/partitioner.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

// Hashes and partitions printed by Utils.murmur2 and Utils.toPositive of Kafka's Java client 4.3.1.
TEST(Partitioner, AgreesWithTheJavaClient) {
  struct Case {
    std::string_view key;
    std::int32_t hash;
    std::int32_t of_8;
    std::int32_t of_7;
  };
  const Case cases[] = {
      {"", 275646681, 1, 2},
      {"a", -1563381124, 4, 5},
      {"ab", 316155434, 2, 0},
      {"abc", 479470107, 3, 4},
      {"abcd", -1323649548, 4, 5},
      {"abcde", 461995741, 5, 4},
      {"21", -973932308, 4, 3},
      {"foobar", -790332482, 6, 0},
      {"a-little-bit-long-string", -985981536, 0, 1},
      {"a-little-bit-longer-string", -1486304829, 3, 0},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971, 5, 3},
      {"park-1", -1592682646, 2, 0},
      {"苏州工业园区", -1092317319, 1, 0},
      {"320500-SIP", 507974629, 5, 1},
      {"\xff\x80\x7f", 968261134, 6, 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.key);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2(c.key)), c.hash);
    EXPECT_EQ(partition_of(c.key, 8), c.of_8);
    EXPECT_EQ(partition_of(c.key, 7), c.of_7);
    EXPECT_EQ(partition_of(c.key, 1), 0);
  }
}

TEST(PartitionerDeathTest, RefusesNoPartitions) {
  EXPECT_DEATH(partition_of("park-1", 0), "");
}

}  // namespace
}  // namespace parkwatch
