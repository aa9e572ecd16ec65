// The worked examples of docs/rules/TS-O*.md, run as they stand there.
#include <gtest/gtest.h>

#include <set>

#include "tests/support/example_tables.h"
#include "tests/support/operation_world.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

std::string clock_text(std::int64_t milliseconds) {
  const std::int64_t minutes = (milliseconds - at(operation_day)) / 60'000;
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

/// The rule's violations as the pages write them: "08:22-08:52 critical 0.9 kg; ...".
std::string violations_of(World& world, const std::string& rule) {
  std::string text;
  for (const Row& row : world.rows(TableId::Violation, {std::string("p1"), rule})) {
    if (!text.empty()) text += "; ";
    const auto* end = std::get_if<std::int64_t>(&row[6]);
    text += clock_text(std::get<std::int64_t>(row[3])) + "-" + (end ? clock_text(*end) : "");
    text += " " + std::get<std::string>(row[8]);
    if (const auto* mass = std::get_if<std::int64_t>(&row[9])) {
      text += " " + fixed_text(*mass, 9) + " kg";
    }
  }
  return text.empty() ? "none" : text;
}

class OperationPages : public testing::TestWithParam<std::string> {};

TEST_P(OperationPages, SayWhatTheProgramFinds) {
  const std::string rule = GetParam();
  std::set<std::string> kinds;
  for (const ExampleTable& table : example_tables(rule)) {
    for (const ExampleRow& example : table.rows) {
      const std::string& name = example.at("case");
      SCOPED_TRACE(rule + ": " + name);
      for (const char* kind : {"breach", "near miss", "late correction"}) {
        if (name.starts_with(kind)) kinds.insert(kind);
      }
      World world(operation_registry(table.files));
      world.feed(operation_log(example.at("sent"), false));
      world.tick("2026-03-17T04:00:00Z");
      EXPECT_EQ(violations_of(world, rule), example.at("violations"));
      if (example.at("sent later").empty()) continue;
      world.feed(operation_log(example.at("sent later"), true));
      world.tick("2026-03-18T05:00:00Z");
      EXPECT_EQ(violations_of(world, rule), example.at("violations in the end"));
    }
  }
  EXPECT_EQ(kinds.size(), 3u) << "a page has a breach, a near miss and a late correction";
}

/// Replay invariance: what came last comes first, and every hour has closed by then.
TEST_P(OperationPages, DoNotDependOnTheOrderOfArrival) {
  const std::string rule = GetParam();
  for (const ExampleTable& table : example_tables(rule)) {
    for (const ExampleRow& example : table.rows) {
      if (example.at("sent later").empty()) continue;
      SCOPED_TRACE(rule + ": " + example.at("case"));
      World world(operation_registry(table.files));
      world.feed(operation_log(example.at("sent later"), true));
      world.feed(operation_log(example.at("sent"), false));
      world.tick("2026-03-18T05:00:00Z");
      EXPECT_EQ(violations_of(world, rule), example.at("violations in the end"));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, OperationPages,
                         testing::Values("TS-O01", "TS-O02", "TS-O03", "TS-O04", "TS-O05", "TS-O06",
                                         "TS-O07", "TS-O08", "TS-O09", "TS-O10", "TS-O11"),
                         [](const auto& page) { return "O" + page.param.substr(4); });

}  // namespace
}  // namespace parkwatch
