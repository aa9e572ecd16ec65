#include "processors/substitution.h"

#include <gtest/gtest.h>

#include "tests/support/example_tables.h"

namespace parkwatch {
namespace {

std::int64_t number(const std::string& text) {
  return std::stoll(text);
}

/// As rules/parameters.csv has them.
Parameters shipped_parameters() {
  Parameters parameters;
  parameters.capture_high_percent = Decimal::whole(90);
  parameters.capture_low_percent = Decimal::whole(75);
  parameters.substitution_run_hours = 24;
  parameters.look_back_short_run = 180;
  parameters.look_back_long_run = 720;
  parameters.look_back_low_capture = 2'160;
  return parameters;
}

Capture capture_of(const std::map<std::string, std::string>& row) {
  Capture capture;
  capture.valid = number(row.at("valid"));
  capture.hours = number(row.at("hours"));
  if (row.contains("stopped")) capture.stopped = number(row.at("stopped"));
  return capture;
}

TEST(Substitution, WorkedExamplesOfWhatAnHourCountsAs) {
  for (const auto& row : example_table("substitution", "What an hour counts as").rows) {
    SCOPED_TRACE(row.at("state") + " " + row.at("mass kg"));
    Window window;
    window.state = row.at("state");
    if (!row.at("mass kg").empty()) window.mass_kg = MassDecimal::parse(row.at("mass kg"));
    const HourMass mass = hour_mass_of(window, row.at("mass possible") == "yes");
    Capture capture;
    capture.count(mass.of, 1);
    EXPECT_EQ(capture.hours, 1);
    EXPECT_EQ(capture.valid, number(row.at("valid")));
    EXPECT_EQ(capture.stopped, number(row.at("stopped")));
    EXPECT_EQ(mass.gap(), row.at("gap") == "yes");
    EXPECT_EQ(capture.gaps, mass.gap() ? 1 : 0);
    capture.count(mass.of, -1);
    EXPECT_EQ(capture, Capture());
  }
}

TEST(Substitution, WorkedExamplesOfHowFarAirLooksBack) {
  for (const auto& row : example_table("substitution", "How far air looks back").rows) {
    SCOPED_TRACE(row.at("valid") + "/" + row.at("hours") + " " + row.at("run hours"));
    const auto hours =
        look_back_hours(capture_of(row), number(row.at("run hours")), shipped_parameters());
    EXPECT_EQ(hours ? std::to_string(*hours) : "", row.at("valid hours looked back"));
  }
}

/// "1 × 180, 9": 180 hours of 1 kg, before them one of 9 kg.
std::vector<MassDecimal> masses_of(const std::string& text) {
  std::vector<MassDecimal> masses;
  for (const std::string& part : parts_of(text, ',')) {
    const std::vector<std::string> words = parts_of(part, ' ');
    const std::int64_t times = words.size() == 3 ? number(words[2]) : 1;
    masses.insert(masses.end(), static_cast<std::size_t>(times), *MassDecimal::parse(words[0]));
  }
  return masses;
}

TEST(Substitution, WorkedExamplesOfTheEstimate) {
  for (const auto& row : example_table("substitution", "The estimate").rows) {
    SCOPED_TRACE(row.at("medium") + " " + row.at("masses kg"));
    const auto found =
        estimate(row.at("medium") == "air" ? Medium::Air : Medium::Water, capture_of(row),
                 number(row.at("run hours")), masses_of(row.at("masses kg")), shipped_parameters());
    EXPECT_EQ(found ? found->mass.text() : "", row.at("estimate kg"));
    EXPECT_EQ(found ? found->method : "", row.at("method"));
  }
}

TEST(Capture, HasARateWhereAnyHourWasDue) {
  EXPECT_EQ(Capture().rate(), std::nullopt);
  EXPECT_EQ((Capture{10, 0, 10, 0}.rate()), std::nullopt);
  EXPECT_EQ((Capture{10, 6, 1, 3}.rate())->text(), "0.666667");
}

}  // namespace
}  // namespace parkwatch
