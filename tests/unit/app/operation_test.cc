// What reaches the operation rules and what becomes of it, beside the worked examples.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/rows.h"
#include "processors/plan_difference.h"
#include "tests/support/operation_world.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

constexpr const char* afternoon = "2026-03-15T07:30:00Z";  // 15:30 in China

std::string finding(World& world, const std::string& meter, const std::string& factor,
                    const std::string& name, const std::string& hour) {
  return world.value(TableId::Quality,
                     {cell("p1"), cell("hour"), at(hour), "meter/" + meter, factor, name},
                     "detail");
}

std::string violation(World& world, const std::string& start, const std::string& column,
                      const std::string& rule = "TS-O01") {
  return world.value(TableId::Violation, {cell("p1"), rule, cell("l1/f1"), at(start)}, column);
}

const char* const one_breach =
    "08:00-10:00 line=60; 08:00-08:20 fan=8; 08:20-08:50 fan=0; 08:50-10:00 fan=8";
constexpr const char* breach_start = "2026-03-15T08:22:00+08:00";

TEST(Operation, AnUnmappedMeterIsKeptButNotMonitored) {
  World world(operation_registry());
  world.feed(operation_log("08:00-08:10 OTHER/p=5; 08:00-08:10 LINE1/q=5", false));
  EXPECT_EQ(world.state.counters.at("values_not_monitored"), 20);
  EXPECT_EQ(conservation_difference(world.state.counters, "values"), 0);
  EXPECT_EQ(world.rows(TableId::DeviceHour).size(), 2u);
}

TEST(Operation, AMeterNeedsNoOutletAndMovesItsParksTime) {
  World world(operation_registry());
  world.feed(operation_log("08:00-08:10 line=60", false));
  EXPECT_EQ(world.state.counters.at("values_accepted"), 10);
  EXPECT_EQ(world.value(TableId::Park, {cell("p1")}, "time"), "2026-03-15T00:10:00Z");
}

TEST(Operation, NegativeValuesAndGapsAreFindings) {
  World world(operation_registry());
  world.feed(operation_log("08:00-08:20 line=60; 08:20-08:23 line=-1; 08:40-09:00 line=60", false));
  world.tick(afternoon);
  const char* const hour = "2026-03-15T08:00:00+08:00";
  EXPECT_EQ(finding(world, "LINE1", "p", "negative_power", hour), "3 values below 0");
  // The last value is of 08:19; from 08:25 on it is more than 5 minutes old.
  EXPECT_EQ(finding(world, "LINE1", "p", "meter_gap", hour), "15 minutes long without a value");
  world.feed(operation_log("08:20-08:40 line=60", true));
  world.tick("2026-03-18T05:00:00Z");
  EXPECT_EQ(finding(world, "LINE1", "p", "negative_power", hour), "no row");
  EXPECT_EQ(finding(world, "LINE1", "p", "meter_gap", hour), "no row");
}

TEST(Operation, AnEnergyCounterGivesPowerAndItsFallsAreFindings) {
  World world(
      operation_registry({{"meters.csv",
                           "mn,factor,signal,of,unit,rated,idle\nLINE1,p,power,line,l1,100,\n"
                           "FAN1,e,energy,facility,f1,6,\n"}}));
  // 0.1 kWh a minute are 6 kW; from 08:21 on the counter stands still, at 08:30 it begins anew.
  std::string log = "08:00-10:00 line=60; ";
  for (int i = 0; i < 60; ++i) {
    const int tenths = i < 30 ? std::min(i, 20) : 0;
    const std::string clock = std::string("08:") + (i < 10 ? "0" : "") + std::to_string(i);
    log += clock + " FAN1/e#total=" + std::to_string(tenths / 10) + "." +
           std::to_string(tenths % 10) + "; ";
  }
  world.feed(operation_log(log, false));
  world.tick(afternoon);
  EXPECT_EQ(finding(world, "FAN1", "e", "counter_reset", "2026-03-15T08:00:00+08:00"),
            "1 falls of the counter");
  EXPECT_EQ(violation(world, "2026-03-15T08:23:00+08:00", "severity"), "critical");
}

TEST(Operation, AnotherUnitOfPowerIsAnotherRatedValue) {
  World world(
      operation_registry({{"meters.csv",
                           "mn,factor,signal,of,unit,rated,idle\n"
                           "LINE1,p,power,line,l1,100,50\nFAN1,p,power,facility,f1,10,\n"}}));
  // 1.5 times the idle 50 kW are 75: 60 kW do not make the line ON.
  world.feed(operation_log(one_breach, false));
  world.tick(afternoon);
  EXPECT_EQ(violation(world, breach_start, "state"), "no row");
}

TEST(Operation, ABreachIsOngoingUntilItEndsAndHasOneEpisode) {
  World world(operation_registry());
  world.feed(operation_log("08:00-09:59 line=60; 08:00-08:20 fan=8; 08:20-09:59 fan=0", false));
  world.tick("2026-03-15T01:10:00Z");  // 08:00 to 09:00 has closed
  EXPECT_EQ(violation(world, breach_start, "state"), "ongoing");
  EXPECT_EQ(violation(world, breach_start, "end"), "");
  EXPECT_EQ(violation(world, breach_start, "severity"), "critical");
  EXPECT_EQ(violation(world, breach_start, "phase"), "closed");
  ASSERT_EQ(world.rows(TableId::Episode).size(), 1u);
  EXPECT_EQ(text_of(world.rows(TableId::Episode)[0][8]), "open");
  world.tick(afternoon);
  EXPECT_EQ(violation(world, breach_start, "state"), "ended");
  EXPECT_EQ(violation(world, breach_start, "end"), "2026-03-15T02:04:00Z");  // unknown from then on
  EXPECT_EQ(violation(world, breach_start, "basis"), "Air Law Art. 99; Water Law Art. 83");
  EXPECT_EQ(violation(world, breach_start, "evidence"),
            "minutes=102; tier=suspected violation; meters=LINE1/p,FAN1/p; hours with mass=0 of 3");
  const std::vector<Row> episodes = world.rows(TableId::Episode);
  const auto of_rule = [](const Row& row) { return text_of(row[1]) == "TS-O01"; };
  EXPECT_EQ(std::count_if(episodes.begin(), episodes.end(), of_rule), 1);
}

TEST(Operation, AWithdrawnBreachStaysInHistory) {
  World world(operation_registry());
  world.feed(operation_log(one_breach, false));
  world.tick(afternoon);
  EXPECT_EQ(violation(world, breach_start, "severity"), "critical");
  world.feed(operation_log("08:20-08:50 fan=8", true));
  world.tick("2026-03-18T05:00:00Z");
  EXPECT_EQ(violation(world, breach_start, "severity"), "no row");
  const std::vector<Row> former = world.rows(TableId::History, {cell("violation")});
  ASSERT_FALSE(former.empty());
  EXPECT_EQ(text_of(former.back()[5]), "late");
}

TEST(Operation, TheLawInForceIsTheOneOfTheBeginning) {
  World world(operation_registry());
  std::vector<std::string> log = operation_log(one_breach, false);
  for (std::string& document : log) {
    for (std::size_t at = 0; (at = document.find("2026-03-15", at)) != std::string::npos;) {
      document.replace(at, 10, "2026-08-20");
    }
  }
  world.feed(log);
  world.tick("2026-08-20T07:30:00Z");
  EXPECT_EQ(violation(world, "2026-08-20T08:22:00+08:00", "basis"),
            "Ecological and Environmental Code Art. 162(1)");
}

TEST(Operation, ASiteHasItsOwnTolerances) {
  World world(operation_registry(
      {{"tolerances.csv", "enterprise,rule,name,value\ne1,TS-O01,minutes_3,31\n"}}));
  world.feed(operation_log(one_breach, false));
  world.tick(afternoon);
  EXPECT_EQ(violation(world, breach_start, "severity"), "major");
}

TEST(Operation, AnotherSetIsJudgedAnew) {
  World before(operation_registry());
  before.feed(operation_log(one_breach, false));
  before.tick(afternoon);
  World after(
      operation_registry(
          {{"orders.csv",
            "enterprise,unit,kind,limit_percent,document,valid_from,valid_to\n"
            "e1,f1,maintenance,,M-1,2026-03-15T08:00:00+08:00,2026-03-15T09:00:00+08:00\n"}}),
      "other");
  const ParkPeriods periods = compare_plans(*before.plan, *after.plan);
  ASSERT_EQ(periods.at("p1").size(), 1u);
  const Validity period = periods.at("p1").front();
  EXPECT_EQ(utc_text(period.from), "2026-03-15T00:00:00Z");
  EXPECT_EQ(utc_text(period.to), "2026-03-15T01:00:00Z");
  Task task(*before.store, after.plan, Decoder::Options{}, Task::Options{});
  Commit commit = task.rejudge("p1", period.from, period.to);
  commit.active_set = "set";  // activating is not what is tested here
  before.store->commit(commit);
  EXPECT_EQ(violation(before, breach_start, "state"), "no row");
}

TEST(Operation, WhatIsNoLongerRegisteredIsNoBreach) {
  World before(operation_registry());
  before.feed(operation_log(one_breach, false));
  before.tick(afternoon);
  World after({}, "other");
  Task task(*before.store, after.plan, Decoder::Options{}, Task::Options{});
  Commit commit = task.rejudge("p1", EventTime(at("2026-03-15T00:00:00Z")),
                               EventTime(at("2026-03-15T01:00:00Z")));
  commit.active_set = "set";
  before.store->commit(commit);
  EXPECT_TRUE(before.rows(TableId::Violation).empty());
  EXPECT_TRUE(before.rows(TableId::Operation).empty());
}

}  // namespace
}  // namespace parkwatch
