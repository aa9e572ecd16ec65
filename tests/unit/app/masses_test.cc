#include <gtest/gtest.h>

#include "tests/support/example_tables.h"
#include "tests/support/store_rows.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

std::string report(std::int64_t hour, std::int64_t received, const std::string& value) {
  return reading(
      "hour", utc_text(hour), utc_text(received),
      R"({"a21026":{"value":)" + value + R"(,"flag":"N"},"a00000":{"value":10,"flag":"N"}})");
}

/// "15 09:00" of March 2026 in China Standard Time.
std::int64_t local_time(const std::string& day, const std::string& time) {
  return at("2026-03-" + day + "T" + time + ":00+08:00");
}

/// The hour reports of an example, from local midnight on; `-` for none.
std::vector<std::string> hour_reports(const std::string& hours) {
  std::vector<std::string> reports;
  std::int64_t hour = local_time("15", "00:00");
  for (const std::string& run : parts_of(hours, ',')) {
    const std::vector<std::string> words = parts_of(run, ' ');
    for (int i = 0; i < std::stoi(words.at(0)); ++i, hour += hour_ms) {
      if (words.at(2) != "-") reports.push_back(report(hour, hour + hour_ms, words.at(2)));
    }
  }
  return reports;
}

void feed_late(World& world, const std::string& late) {
  if (late.empty()) return;
  const std::vector<std::string> words = parts_of(late, ' ');
  world.feed(
      {report(local_time(words.at(0), words.at(1)), at("2026-03-15T16:11:00Z"), words.at(2))});
}

TEST(Masses, WorkedExamplesOfASeries) {
  for (const auto& row : example_table("substitution", "A series").rows) {
    for (const bool one_batch : {false, true}) {
      SCOPED_TRACE(row.at("hours") + " " + row.at("late") + (one_batch ? " in one batch" : ""));
      World world;
      const std::vector<std::string> reports = hour_reports(row.at("hours"));
      if (one_batch) {
        world.feed(reports);
      } else {
        for (const std::string& one : reports) world.feed({one});
      }
      world.tick("2026-03-15T16:10:00Z");
      feed_late(world, row.at("late"));
      world.settle_clusters();
      const std::vector<std::string> hour = parts_of(row.at("hour"), ' ');
      const Key key = {text("p1"), text("air1"), text("a21026"), local_time(hour[0], hour[1])};
      const std::string estimate = world.value(TableId::Substitution, key, "mass_kg");
      EXPECT_EQ(estimate == "no row" ? "" : estimate, row.at("estimate kg"));
      const std::string method = world.value(TableId::Substitution, key, "method");
      EXPECT_EQ(method == "no row" ? "" : method, row.at("method"));
      const std::int64_t day = local_time("15", "00:00");
      const Key contribution = {text("c1"), text("day"), day, text("a21026"), text("p1")};
      EXPECT_EQ(world.value(TableId::Contribution, contribution, "gross_kg"), row.at("day kg"));
      EXPECT_EQ(world.value(TableId::Contribution, contribution, "estimated_kg"),
                row.at("estimated kg"));
      const Key total = {text("c1"), text("day"), day, text("a21026")};
      EXPECT_EQ(world.value(TableId::ClusterWindow, total, "estimated_share"), row.at("share"));
    }
  }
}

TEST(Masses, AQuarterHasACaptureRate) {
  World world;
  world.feed(hour_reports("18 × 50, 6 × -"));
  world.tick("2026-03-15T16:10:00Z");
  const Key key = {text("p1"), text("air1"), text("a21026"), at("2025-12-31T16:00:00Z")};
  EXPECT_EQ(world.value(TableId::Capture, key, "hours"), "24");
  EXPECT_EQ(world.value(TableId::Capture, key, "valid"), "18");
  EXPECT_EQ(world.value(TableId::Capture, key, "gaps"), "6");
  EXPECT_EQ(world.value(TableId::Capture, key, "rate"), "0.75");
}

}  // namespace
}  // namespace parkwatch
