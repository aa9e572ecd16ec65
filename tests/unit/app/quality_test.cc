// Findings about sensors as the store shows them, and how late data take them back.
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

constexpr std::int64_t hour = 3'600'000;
const std::string day_text = "2026-03-14T16:00:00Z";  // local midnight

std::string hour_report(std::int64_t start, const std::string& so2,
                        const std::string& received = "") {
  return reading("hour", utc_text(start), received.empty() ? utc_text(start + hour) : received,
                 R"({"a21026":{"value":")" + so2 +
                     R"(","flag":"N"},"a00000":{"value":10,"flag":"N"},)"
                     R"("a19001":{"value":"6.5","flag":"N"}})");
}

Key finding_key(const char* span, std::int64_t start, const char* finding) {
  return {std::string("p1"),   std::string(span),     start,
          std::string("air1"), std::string("a21026"), std::string(finding)};
}

TEST(SensorFindings, AStuckDayIsFoundAndALateCorrectionTakesItBack) {
  World world;
  const std::int64_t day = at(day_text);
  std::vector<std::string> reports;
  for (std::int64_t i = 0; i < 24; ++i) {
    reports.push_back(hour_report(day + i * hour, i < 6 ? "31" : std::to_string(40 + i)));
  }
  world.feed(reports);
  world.tick(utc_text(day + 25 * hour));
  const Key stuck = finding_key("day", day, "stuck");
  EXPECT_EQ(world.value(TableId::Quality, stuck, "detail"), "31 for 6 h from " + day_text);
  world.feed({hour_report(day + 3 * hour, "32", utc_text(day + 70 * hour))});
  EXPECT_EQ(world.value(TableId::Quality, stuck, "detail"), "no row");
  world.feed({hour_report(day + 3 * hour, "31", utc_text(day + 80 * hour))});
  EXPECT_EQ(world.value(TableId::Quality, stuck, "detail"), "31 for 6 h from " + day_text);
}

TEST(SensorFindings, ASilentHourIsAGapUntilItIsSentAgain) {
  World world;
  const std::int64_t day = at(day_text);
  world.feed({hour_report(day, "31"), hour_report(day + 2 * hour, "33")});
  world.tick(utc_text(day + 4 * hour));
  const Key gap = finding_key("day", day, "gap");
  EXPECT_EQ(world.value(TableId::Quality, gap, "detail"),
            "60 min in 1 h from 2026-03-14T17:00:00Z");
  world.feed({hour_report(day + hour, "32", utc_text(day + 5 * hour))});
  EXPECT_EQ(world.value(TableId::Quality, gap, "detail"),
            "60 min in 1 h from 2026-03-14T19:00:00Z");
}

TEST(SensorFindings, ASpikeAndAValueBelowTheRangeStandBesideTheirHour) {
  World world;
  const std::int64_t start = at("2026-03-15T01:00:00Z");
  const auto minute = [&](std::int64_t i, const std::string& so2, std::int64_t late) {
    const std::int64_t at_minute = start + i * 60'000;
    return reading("minute", utc_text(at_minute), utc_text(at_minute + 60'000 + late),
                   R"({"a21026":{"value":")" + so2 + R"(","flag":"N"}})");
  };
  std::vector<std::string> minutes;
  for (std::int64_t i = 0; i < 60; ++i) {
    minutes.push_back(minute(i, i == 30 ? "90" : i == 40 ? "-3" : std::to_string(12 + i % 2), 0));
  }
  world.feed(minutes);
  world.tick(utc_text(start + 2 * hour));
  const Key spike = finding_key("hour", start, "spike");
  EXPECT_EQ(world.value(TableId::Quality, spike, "detail"),
            "1, first 90 after 13 at 2026-03-15T01:30:00Z");
  EXPECT_EQ(world.value(TableId::Quality, finding_key("hour", start, "below_range"), "detail"), "");
  world.feed({minute(30, "12", 5 * hour), minute(40, "12", 5 * hour)});
  EXPECT_EQ(world.value(TableId::Quality, spike, "detail"), "no row");
  EXPECT_EQ(world.value(TableId::Quality, finding_key("hour", start, "below_range"), "detail"),
            "no row");
}

/// A day of hour reports that differ by a tenth, hour 20 apart.
std::vector<std::string> smooth_day(std::int64_t day, const std::string& hour_20) {
  std::vector<std::string> reports;
  for (std::int64_t i = 0; i < 24; ++i) {
    const std::string honest = "31." + std::to_string(20 + i % 3 * 5);
    reports.push_back(hour_report(day + i * hour, i == 20 ? hour_20 : honest));
  }
  return reports;
}

TEST(Suspicions, ASmoothDayIsSuspectUntilLateDataSayOtherwise) {
  World world;
  const std::int64_t day = at(day_text);
  world.feed(smooth_day(day, "31.3"));
  world.tick(utc_text(day + 25 * hour));
  const Key smooth = finding_key("day", day, "suspect_smooth");
  const std::string detail = "high: 24 h from 31.2 to 31.3";
  EXPECT_EQ(world.value(TableId::Quality, smooth, "detail"), detail);
  const auto state_of_day = [&] {
    const Key window = {std::string("p1"), std::string("day"), day, std::string("air1"),
                        std::string("a21026")};
    return world.value(TableId::OutletWindow, window, "state");
  };
  EXPECT_EQ(state_of_day(), "valid");
  world.feed({hour_report(day + 20 * hour, "44", utc_text(day + 70 * hour))});
  EXPECT_EQ(world.value(TableId::Quality, smooth, "detail"), "no row");
  world.feed({hour_report(day + 20 * hour, "31.3", utc_text(day + 80 * hour))});
  EXPECT_EQ(world.value(TableId::Quality, smooth, "detail"), detail);
  EXPECT_EQ(state_of_day(), "valid");
}

TEST(Suspicions, DoNotDependOnWhereBatchesEnd) {
  World at_once, one_by_one;
  const std::int64_t day = at(day_text);
  std::vector<std::string> records = smooth_day(day, "44");
  records.push_back(hour_report(day + 20 * hour, "31.3", utc_text(day + 30 * hour)));
  at_once.feed(records);
  for (const std::string& record : records) one_by_one.feed({record});
  const Key prefix = {std::string("p1"), std::string("day"), day};
  const std::vector<Row> found = at_once.rows(TableId::Quality, prefix);
  EXPECT_FALSE(found.empty());
  EXPECT_EQ(found, one_by_one.rows(TableId::Quality, prefix));
}

}  // namespace
}  // namespace parkwatch
