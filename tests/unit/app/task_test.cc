#include "app/task.h"

#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

Cell text(const char* value) {
  return std::string(value);
}

/// Minute reports of SO2, flow and oxygen for the minutes [from, to) of an hour.
std::vector<std::string> minutes_of(const std::string& hour, int from, int to,
                                    const std::string& so2, const std::string& flag = "N",
                                    const std::string& received = "") {
  std::vector<std::string> documents;
  for (int i = from; i < to; ++i) {
    const std::int64_t start = at(hour) + i * 60'000;
    documents.push_back(
        reading("minute", utc_text(start), received.empty() ? utc_text(start + 60'000) : received,
                R"({"a21026":{"value":)" + so2 + R"(,"flag":")" + flag +
                    R"("},"a00000":{"value":10,"flag":"N"},"a19001":{"value":"6.5","flag":"N"}})"));
  }
  return documents;
}

const Key hour_so2 = {text("p1"), text("hour"), at("2026-03-15T01:00:00Z"), text("air1"),
                      text("a21026")};
const Key verdict_so2 = {text("p1"),   text("hour"),   at("2026-03-15T01:00:00Z"),
                         text("air1"), text("a21026"), text("permit/air")};

std::size_t exceedances(World& world) {
  std::size_t count = 0;
  for (const Row& episode : world.rows(TableId::Episode)) {
    if (std::get<std::string>(episode[1]) == "exceedance") ++count;
  }
  return count;
}

TEST(Task, JudgesAnHourByItsValidMinutes) {
  struct Case {
    int minutes;
    const char* so2;
    const char* state;
    const char* value;
    const char* mass;
    const char* verdict;
  };
  // mass: 50 mg/m3 * 10 m3/s * 3600 s = 1.8 kg
  const Case cases[] = {
      {60, "50", "valid", "50", "1.8", "compliant"},
      {60, "50.000001", "valid", "50.000001", "1.800000036", "over"},
      {45, "12.5", "valid", "12.5", "0.45", "compliant"},
      {44, "12.5", "invalid(too_few_minutes)", "", "", "invalid(too_few_minutes)"},
      {60, "-3", "invalid(too_few_minutes)", "", "", "invalid(too_few_minutes)"},
      {60, "-1.5", "valid", "0", "0", "compliant"},
      {60, "501", "invalid(over_range)", "", "", "invalid(over_range)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.so2) + " for " + std::to_string(c.minutes) + " minutes");
    World world;
    world.feed(minutes_of("2026-03-15T01:00:00Z", 0, c.minutes, c.so2));
    world.tick("2026-03-15T02:10:00Z");
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "phase"), "closed");
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "state"), c.state);
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "value"), c.value);
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "mass_kg"), c.mass);
    EXPECT_EQ(world.value(TableId::Verdict, verdict_so2, "state"), c.verdict);
    EXPECT_EQ(conservation_difference(world.state.counters, "records"), 0);
    EXPECT_EQ(conservation_difference(world.state.counters, "values"), 0);
  }
}

TEST(Task, AWindowStaysOpenUntilItsGraceIsOver) {
  World world;
  world.feed(minutes_of("2026-03-15T01:00:00Z", 0, 60, "60"));
  world.tick("2026-03-15T02:09:59Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "phase"), "open");
  EXPECT_EQ(world.value(TableId::Verdict, verdict_so2, "state"), "over");
  EXPECT_EQ(exceedances(world), 0U);
  world.tick("2026-03-15T02:10:00Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "phase"), "closed");
  EXPECT_EQ(exceedances(world), 1U);
}

TEST(Task, AMissingHourHasRowsOfItsOwn) {
  World world;
  world.feed(minutes_of("2026-03-15T01:00:00Z", 0, 60, "60"));
  world.tick("2026-03-15T03:10:00Z");
  Key next = hour_so2;
  next[2] = at("2026-03-15T02:00:00Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, next, "state"), "missing");
  EXPECT_EQ(world.value(TableId::OutletWindow, next, "phase"), "closed");
  Key verdict = verdict_so2;
  verdict[2] = next[2];
  EXPECT_EQ(world.value(TableId::Verdict, verdict, "state"), "invalid(missing)");
  next[2] = at("2026-03-15T03:00:00Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, next, "phase"), "open");
  next[2] = at("2026-03-15T04:00:00Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, next, "phase"), "no row");
}

TEST(Task, LateDataCorrectVerdictAndEpisodeAndKeepTheFormerVersion) {
  World world;
  world.feed(minutes_of("2026-03-15T01:00:00Z", 0, 60, "60"));
  world.tick("2026-03-15T02:10:00Z");
  ASSERT_EQ(world.value(TableId::Verdict, verdict_so2, "state"), "over");
  ASSERT_EQ(exceedances(world), 1U);
  world.feed(minutes_of("2026-03-15T01:00:00Z", 0, 60, "40", "N", "2026-03-17T08:00:30Z"));
  EXPECT_EQ(world.value(TableId::Verdict, verdict_so2, "state"), "compliant");
  EXPECT_EQ(exceedances(world), 0U);
  const std::vector<Row> events = world.rows(TableId::EpisodeEvent);
  int withdrawn = 0;
  for (const Row& event : events) {
    if (std::get<std::string>(event[4]) == "exceedance" &&
        std::get<std::string>(event[2]) == "withdrawn") {
      ++withdrawn;
    }
  }
  EXPECT_EQ(withdrawn, 1);
  const std::vector<Row> former = world.rows(TableId::History, {text("verdict")});
  ASSERT_EQ(former.size(), 1U);
  EXPECT_NE(std::get<std::string>(former.front()[3]).find("state=over"), std::string::npos);
  EXPECT_EQ(std::get<std::int64_t>(former.front()[4]), at("2026-03-17T08:00:00Z"));
}

TEST(Task, ABurstOfCorrectionsInOneMinuteIsOneVersion) {
  for (const bool split : {false, true}) {
    SCOPED_TRACE(split);
    World world;
    world.feed(minutes_of("2026-03-15T01:00:00Z", 0, 60, "60"));
    world.tick("2026-03-15T02:10:00Z");
    const std::vector<std::string> burst =
        minutes_of("2026-03-15T01:00:00Z", 0, 60, "40", "N", "2026-03-15T05:00:30Z");
    if (split) {
      for (const std::string& one : burst) world.feed({one});
    } else {
      world.feed(burst);
    }
    EXPECT_EQ(world.rows(TableId::History, {text("verdict")}).size(), 1U);
  }
}

TEST(Task, SaysWhatBecameOfEachRecord) {
  struct Case {
    const char* name;
    std::vector<std::string> documents;
    const char* counter;
    int count;
  };
  const std::string good = reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                                   R"({"a21026":{"value":1,"flag":"N"}})");
  const Case cases[] = {
      {"accepted", {good}, "records_accepted", 1},
      {"duplicate", {good, good}, "records_duplicate", 1},
      {"corrected",
       {good, reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:02Z",
                      R"({"a21026":{"value":2,"flag":"N"}})")},
       "records_corrected",
       1},
      {"the same number with other digits corrects",
       {good, reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:02Z",
                      R"({"a21026":{"value":1.0,"flag":"N"}})")},
       "records_corrected",
       1},
      {"unknown device",
       {reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1,"flag":"N"}})", "NOBODY")},
       "records_not_monitored",
       1},
      {"unknown factor",
       {reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                R"({"a24088":{"value":1,"flag":"N"}})")},
       "records_not_monitored",
       1},
      {"future data time",
       {reading("realtime", "2026-03-15T01:05:02Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1,"flag":"N"}})")},
       "reason_future_data_time",
       1},
      {"within the allowance",
       {reading("realtime", "2026-03-15T01:05:01Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1,"flag":"N"}})")},
       "records_accepted",
       1},
      {"older than what is kept",
       {reading("realtime", "2020-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1,"flag":"N"}})")},
       "reason_beyond_retention",
       1},
      {"no JSON", {"{"}, "records_quarantined", 1},
      {"forty digits",
       {reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1111111111222222222233333333334444444444,"flag":"N"}})")},
       "values_quarantined",
       1},
      {"a million millions",
       {reading("realtime", "2026-03-15T01:00:00Z", "2026-03-15T01:00:01Z",
                R"({"a21026":{"value":1000000000000,"flag":"N"}})")},
       "values_quarantined",
       1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    world.feed(c.documents);
    EXPECT_EQ(world.state.counters[c.counter], c.count);
    EXPECT_EQ(conservation_difference(world.state.counters, "records"), 0);
    EXPECT_EQ(conservation_difference(world.state.counters, "values"), 0);
  }
}

TEST(Task, WaterIsWeightedByFlowAndJudgedByDay) {
  World world;
  std::vector<std::string> documents;
  // Local day 2026-03-16 begins at 16:00 UTC the day before. 12 hours at 100 mg/L and 1 L/s, 12 at
  // 10 and 3.
  for (int hour = 0; hour < 24; ++hour) {
    const std::int64_t start = at("2026-03-15T16:00:00Z") + hour * 3'600'000;
    const bool first = hour < 12;
    documents.push_back(reading("hour", utc_text(start), utc_text(start + 3'600'000),
                                std::string(R"({"w01018":{"value":)") + (first ? "100" : "10") +
                                    R"(,"flag":"N"},"w00000":{"value":)" + (first ? "1" : "3") +
                                    R"(,"flag":"N"}})",
                                "WATER1"));
  }
  world.feed(documents);
  world.tick("2026-03-16T16:10:00Z");
  const Key day = {text("p1"), text("day"), at("2026-03-15T16:00:00Z"), text("water1"),
                   text("w01018")};
  // (12 * 100 * 3.6 + 12 * 10 * 10.8) / (12 * 3.6 + 12 * 10.8) = 32.5
  EXPECT_EQ(world.value(TableId::OutletWindow, day, "value"), "32.5");
  // 12 * 0.36 + 12 * 0.108
  EXPECT_EQ(world.value(TableId::OutletWindow, day, "mass_kg"), "5.616");
  Key verdict = day;
  verdict.push_back(text("permit/water"));
  EXPECT_EQ(world.value(TableId::Verdict, verdict, "state"), "compliant");
  EXPECT_EQ(world.value(TableId::Verdict, verdict, "ratio"), "0.65");
  world.settle_clusters();
  const Key cluster = {text("c1"), text("day"), at("2026-03-15T16:00:00Z"), text("w01018")};
  EXPECT_EQ(world.value(TableId::ClusterWindow, cluster, "mass_kg"), "5.616");
  EXPECT_EQ(world.value(TableId::ClusterWindow, cluster, "completeness"), "1");
  EXPECT_EQ(world.value(TableId::ClusterWindow, cluster, "equivalents"), "5.616");
}

}  // namespace
}  // namespace parkwatch
