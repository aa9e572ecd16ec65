// The worked examples of docs/rules/suspicion.md, run as they stand there.
#include "processors/suspicion.h"

#include <gtest/gtest.h>

#include "model/rules_csv.h"
#include "processors/plan.h"
#include "tests/support/example_tables.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

const EventTime day_start(parse_iso_time("2026-03-15T00:00:00Z").value());

/// The outlet DA001 with these factors, a permit of 50 an hour for the first, and the shipped
/// rules.
Plan plan_of_the_page(Medium medium, const std::vector<std::string>& factors) {
  Registry registry;
  Park park;
  park.id = "park";
  registry.parks.push_back(park);
  Enterprise enterprise;
  enterprise.id = "enterprise";
  enterprise.park = park.id;
  registry.enterprises.push_back(enterprise);
  RegisteredOutlet outlet;
  outlet.id = "DA001";
  outlet.enterprise = enterprise.id;
  outlet.medium = medium;
  registry.outlets.push_back(outlet);
  for (const std::string& code : factors) {
    OutletFactor factor;
    factor.outlet = outlet.id;
    factor.factor = code;
    registry.factors.push_back(factor);
  }
  Permit permit;
  permit.id = "P1";
  permit.outlet = outlet.id;
  permit.factor = factors.front();
  permit.limit = Decimal::whole(50);
  registry.permits.push_back(permit);
  return Plan(registry, parse_rules(source_folder("rules")).rules, {{park.zone, Zone()}}, "");
}

std::vector<std::string> findings_of(const Plan& plan, const SuspicionParameters& rule,
                                     const std::vector<HourWindows>& day, const std::string& code) {
  std::vector<std::string> found;
  for (const Finding& finding :
       judge_suspicions(plan, *plan.outlet("DA001"), rule, day_start, day, {code})) {
    found.push_back(finding.finding + ": " + finding.detail);
  }
  return found;
}

const SuspicionParameters& shipped(const Plan& plan) {
  return plan.parameters("", day_start).suspicion;
}

Window window_of(const std::string& code, const std::string& state, const std::string& value) {
  Window window;
  window.outlet = "DA001";
  window.factor = code;
  window.role = FactorRole::Pollutant;
  window.state = state;
  window.value = Decimal::parse(value).value();
  return window;
}

/// The entry of an hour in a list that begins again when it ends.
std::string entry(const std::string& list, std::size_t index) {
  const std::vector<std::string> entries = parts_of(list, ' ');
  return entries.at(index % entries.size());
}

HourWindows hour_of(const ExampleRow& row, std::size_t index) {
  HourWindows hour;
  Window part = window_of("a21004", row.at("state"), entry(row.at("value"), index));
  if (row.at("within").empty()) {
    part.reported = part.value;
  } else {
    const std::vector<std::string> ends = parts_of(entry(row.at("within"), index), '/');
    part.minimum = Decimal::parse(ends.at(0));
    part.maximum = Decimal::parse(ends.at(1));
  }
  hour.emplace("a21004", part);
  if (!row.at("whole").empty()) {
    hour.emplace("a21002", window_of("a21002", "valid", entry(row.at("whole"), index)));
  }
  return hour;
}

std::vector<HourWindows> day_of(const ExampleTable& table) {
  std::vector<HourWindows> day(24);
  for (const ExampleRow& row : table.rows) {
    const std::vector<std::string> bounds = parts_of(row.at("hours"), '-');
    const std::size_t first = std::stoul(bounds.front()), last = std::stoul(bounds.back());
    for (std::size_t hour = first; hour <= last; ++hour) day.at(hour) = hour_of(row, hour - first);
  }
  return day;
}

TEST(SuspicionPage, DaysAreJudgedAsWrittenThere) {
  const Plan plan = plan_of_the_page(Medium::Air, {"a21004", "a21002"});
  const std::vector<ExampleTable> tables = example_tables("suspicion");
  int suspected = 0, clear = 0;
  for (std::size_t i = 0; i + 1 < tables.size(); ++i) {
    if (!tables[i].rows.front().contains("hours")) continue;
    SCOPED_TRACE(tables[i].heading);
    std::vector<std::string> wanted;
    for (const ExampleRow& row : tables[i + 1].rows) {
      if (row.at("finding") != "none") {
        wanted.push_back(row.at("finding") + ": " + row.at("detail"));
      }
    }
    EXPECT_EQ(findings_of(plan, shipped(plan), day_of(tables[i]), "a21004"), wanted);
    ++(wanted.empty() ? clear : suspected);
  }
  EXPECT_GE(suspected, 16);
  EXPECT_GE(clear, 16);
}

TEST(Suspicion, NothingIsLookedForWithoutItsParameter) {
  const Plan plan = plan_of_the_page(Medium::Air, {"a21004", "a21002"});
  SuspicionParameters ungraded = shipped(plan);
  ungraded.smooth = ungraded.recurring = ungraded.pinned = ungraded.contradiction = {};
  for (const ExampleTable& table : example_tables("suspicion")) {
    if (!table.rows.front().contains("hours")) continue;
    SCOPED_TRACE(table.heading);
    EXPECT_TRUE(findings_of(plan, {}, day_of(table), "a21004").empty());
    EXPECT_TRUE(findings_of(plan, ungraded, day_of(table), "a21004").empty());
  }
}

TEST(Suspicion, APartAndItsWholeAreComparedAsMasses) {
  const Plan plan = plan_of_the_page(Medium::Water, {"w20117", "w20116"});  // ug/L and mg/L
  const auto found = [&](const char* hexavalent) {
    std::vector<HourWindows> day(24);
    for (HourWindows& hour : day) {
      hour.emplace("w20117", window_of("w20117", "valid", hexavalent));
      hour.emplace("w20116", window_of("w20116", "valid", "0.4"));
    }
    return findings_of(plan, shipped(plan), day, "w20117");
  };
  EXPECT_TRUE(found("500").empty());
  EXPECT_EQ(found("500.1"),
            std::vector<std::string>{"suspect_contradiction: high: 24 of 24 h above w20116, first "
                                     "500.1 against 0.4 at 2026-03-15T00:00:00Z"});
}

TEST(Suspicion, OnlyPollutantsAreSuspected) {
  const Plan plan = plan_of_the_page(Medium::Air, {"a21004", "a19001"});
  std::vector<HourWindows> day(24);
  for (std::size_t i = 0; i < day.size(); ++i) {
    Window oxygen = window_of("a19001", "valid", i % 2 == 0 ? "9.15" : "9.16");
    oxygen.role = FactorRole::Oxygen;
    day[i].emplace("a19001", oxygen);
  }
  EXPECT_TRUE(findings_of(plan, shipped(plan), day, "a19001").empty());
}

}  // namespace
}  // namespace parkwatch
