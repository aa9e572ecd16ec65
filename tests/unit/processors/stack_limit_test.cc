#include "processors/stack_limit.h"

#include <gtest/gtest.h>

#include "tests/support/example_tables.h"

namespace parkwatch {
namespace {

/// "15: 2.6, 20: 4.3" with the rules of GB 16297-1996.
StackTable stack_table(const std::string& text) {
  StackTable table;
  for (const std::string& part : parts_of(text, ',')) {
    const std::vector<std::string> row = parts_of(part, ':');
    table.rows.push_back({*Decimal::parse(row.at(0)), *Decimal::parse(row.at(1))});
  }
  table.above_buildings_m = Decimal::whole(5);
  table.least_height_m = Decimal::whole(15);
  table.short_percent = Decimal::whole(50);
  return table;
}

TEST(StackLimit, WorkedExamples) {
  for (const auto& row : example_table("stack_height", "The limit of a stack").rows) {
    SCOPED_TRACE(row.at("stack m") + " m, buildings " + row.at("buildings m"));
    const std::optional<StackLimit> limit =
        limit_of_stack(stack_table(row.at("table m: limit")), *Decimal::parse(row.at("stack m")),
                       Decimal::parse(row.at("buildings m")));
    ASSERT_TRUE(limit.has_value());
    EXPECT_EQ(limit->upper.text(), row.at("limit"));
    EXPECT_EQ(limit->sure, row.at("surveyed") == "yes");
  }
}

TEST(StackLimit, TheGreatestOfEverythingFits) {
  const std::optional<StackLimit> limit = limit_of_stack(
      stack_table("1: 1000000"), Decimal::whole(stack_height_max_m), Decimal::whole(2'000));
  ASSERT_TRUE(limit.has_value());
  EXPECT_EQ(limit->upper.text(), "500000000000");
}

}  // namespace
}  // namespace parkwatch
