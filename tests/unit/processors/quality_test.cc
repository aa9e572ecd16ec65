// The worked examples of docs/rules/quality.md, run as they stand there.
#include "processors/quality.h"

#include <gtest/gtest.h>

#include <sstream>

#include "model/rules_csv.h"
#include "processors/plan.h"
#include "processors/series.h"
#include "tests/support/example_tables.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

using Cells = std::map<std::string, std::string>;

const EventTime day_start(parse_iso_time("2026-03-15T00:00:00Z").value());

/// The outlet DA001 of one device with a pollutant, its flow and its oxygen, and the shipped rules.
Plan plan_of_the_page(int period_minutes = 0) {
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
  registry.outlets.push_back(outlet);
  RegisteredDevice device;
  device.mn = "D1";
  device.outlet = outlet.id;
  registry.devices.push_back(device);
  for (const char* code : {"a00000", "a19001", "a21026"}) {
    OutletFactor factor;
    factor.outlet = outlet.id;
    factor.factor = code;
    factor.cyclic = period_minutes > 0;
    factor.period_minutes = period_minutes;
    registry.factors.push_back(factor);
  }
  return Plan(registry, parse_rules(source_folder("rules")).rules, {{park.zone, Zone()}}, "");
}

std::vector<std::string> findings_of(const Plan& plan, const Parameters& parameters,
                                     const std::vector<HourWindows>& day) {
  std::vector<std::string> found;
  for (const Finding& finding :
       judge_day_quality(*plan.outlet("DA001"), parameters, day_start, day, {"a21026"})) {
    found.push_back(finding.finding + ": " + finding.detail);
  }
  return found;
}

/// `-00:01:30.5` in milliseconds.
std::int64_t duration(std::string text) {
  const bool negative = text.front() == '-';
  if (negative) text.erase(0, 1);
  const std::int64_t seconds = std::stoll(text.substr(0, 2)) * 3'600 +
                               std::stoll(text.substr(3, 2)) * 60 + std::stoll(text.substr(6, 2));
  const std::int64_t thousandths = text.size() > 9 ? std::stoll(text.substr(9)) : 0;
  return (negative ? -1 : 1) * (seconds * 1'000 + thousandths);
}

std::optional<Decimal> number(const std::string& text) {
  return text.empty() ? std::nullopt : Decimal::parse(text);
}

Window valid_window(const std::string& factor, FactorRole role, const std::string& value) {
  Window window;
  window.factor = factor;
  window.role = role;
  window.state = "valid";
  window.value = number(value);
  return window;
}

HourWindows hour_of(const Cells& row, EventTime start) {
  HourWindows hour;
  Window window = valid_window("a21026", FactorRole::Pollutant, "");
  window.state = row.at("state");
  window.minimum = number(row.at("minimum"));
  window.maximum = number(row.at("maximum"));
  window.reported = number(row.at("reported"));
  const std::vector<std::string> minutes = parts_of(row.at("minutes"), '/');
  window.valid_minutes = std::stoll(minutes.at(0));
  window.invalid_minutes = std::stoll(minutes.at(1));
  if (!row.at("arrived").empty()) {
    window.first_arrival = ReceivedTime(start.milliseconds() + duration(row.at("arrived")));
  }
  hour.emplace("a21026", window);
  if (!row.at("flow").empty()) {
    hour.emplace("a00000", valid_window("a00000", FactorRole::Flow, row.at("flow")));
  }
  if (!row.at("oxygen").empty()) {
    hour.emplace("a19001", valid_window("a19001", FactorRole::Oxygen, row.at("oxygen")));
  }
  return hour;
}

std::vector<HourWindows> day_of(const ExampleTable& table) {
  std::vector<HourWindows> day(24);
  for (const Cells& row : table.rows) {
    const std::vector<std::string> bounds = parts_of(row.at("hours"), '-');
    const int last = std::stoi(bounds.back());
    for (int hour = std::stoi(bounds.front()); hour <= last; ++hour) {
      day.at(static_cast<std::size_t>(hour)) = hour_of(row, day_start + std::chrono::hours(hour));
    }
  }
  return day;
}

TEST(QualityPage, DaysAreJudgedAsWrittenThere) {
  const Plan plan = plan_of_the_page();
  const std::vector<ExampleTable> tables = example_tables("quality");
  int examples = 0;
  for (std::size_t i = 0; i + 1 < tables.size(); ++i) {
    if (!tables[i].rows.front().contains("hours")) continue;
    SCOPED_TRACE(tables[i].heading);
    std::vector<std::string> wanted;
    for (const Cells& row : tables[i + 1].rows) {
      if (row.at("finding") != "none") {
        wanted.push_back(row.at("finding") + ": " + row.at("detail"));
      }
    }
    EXPECT_EQ(findings_of(plan, plan.parameters("", day_start), day_of(tables[i])), wanted);
    ++examples;
  }
  EXPECT_GE(examples, 14);
}

TEST(QualityPage, SpikesAreFoundAsWrittenThere) {
  const Plan plan = plan_of_the_page();
  const QualityParameters& rule = plan.parameters("", day_start).quality;
  for (const Cells& row : example_table("quality", "Spikes").rows) {
    SCOPED_TRACE(row.at("values") + " within " + row.at("w"));
    std::vector<Decimal> values;
    for (const std::string& text : parts_of(row.at("values"), ' ')) {
      values.push_back(Decimal::parse(text).value());
    }
    const SpikeWidth most{std::stoll(row.at("w")), std::stoll(row.at("at an end"))};
    const std::optional<Spikes> spikes = find_spikes(values, rule, most);
    EXPECT_EQ(spikes ? spikes->count : 0, std::stoll(row.at("spikes")));
    EXPECT_EQ(spikes ? values[spikes->first].text() : "", row.at("first"));
  }
}

TEST(Quality, NothingIsLookedForWithoutItsParameter) {
  const Plan plan = plan_of_the_page();
  Parameters none = plan.parameters("", day_start);
  none.quality = {};
  for (const ExampleTable& table : example_tables("quality")) {
    if (!table.rows.front().contains("hours")) continue;
    SCOPED_TRACE(table.heading);
    EXPECT_TRUE(findings_of(plan, none, day_of(table)).empty());
  }
  const std::vector<Decimal> leap = {Decimal::whole(10), Decimal::whole(80), Decimal::whole(10)};
  EXPECT_FALSE(find_spikes(leap, none.quality, {5, 2}));
}

TEST(Quality, CyclicFactorsStandForAPeriod) {
  const Plan plan = plan_of_the_page(120);
  const auto found = [&](std::size_t hours) {
    std::vector<HourWindows> day(24);
    for (std::size_t i = 0; i < hours; ++i) {
      Window window = valid_window("a21026", FactorRole::Pollutant, "31");
      window.minimum = window.maximum = window.value;
      window.valid_minutes = 60;
      day[i].emplace("a21026", window);
    }
    return findings_of(plan, plan.parameters("", day_start), day).size();
  };
  EXPECT_EQ(found(5), 0U);
  EXPECT_EQ(found(6), 1U);
}

}  // namespace
}  // namespace parkwatch
