// The worked examples of docs/rules/transmission.md, run as they stand there.
#include "processors/transmission.h"

#include <gtest/gtest.h>

#include "tests/support/example_tables.h"

namespace parkwatch {
namespace {

const EventTime closes(parse_iso_time("2026-03-15T10:10:00Z").value());
const Decimal target = Decimal::whole(75);

std::int64_t number(const std::string& text) {
  return std::stoll(text);
}

std::string text(const std::optional<Decimal>& rate) {
  return rate ? rate->text() : "";
}

std::string text(const std::optional<bool>& reached) {
  if (!reached) return "";
  return *reached ? "yes" : "no";
}

TEST(TransmissionPage, WhatAnHourCountsAs) {
  for (const ExampleRow& row : example_table("transmission", "What an hour counts as").rows) {
    const std::string received = row.at("first value received");
    SCOPED_TRACE(row.at("state") + " " + received);
    Window window;
    window.state = row.at("state");
    if (!received.empty()) {
      window.first_arrival = ReceivedTime(parse_iso_time("2026-03-15T" + received + "Z").value());
    }
    Transmission hour;
    hour.count(window, closes, number(row.at("checks")));
    const Transmission expected{number(row.at("due")),     number(row.at("left out")),
                                number(row.at("arrived")), number(row.at("in time")),
                                number(row.at("valid")),   number(row.at("valid in time"))};
    EXPECT_EQ(hour, expected);
  }
}

void count(Transmission& day, const std::string& hours, const char* state,
           std::optional<std::int64_t> after_closing) {
  Window window;
  window.state = state;
  if (after_closing) window.first_arrival = ReceivedTime(closes.milliseconds() + *after_closing);
  for (int i = 0; i < std::stoi(hours); ++i) day.count(window, closes, 1);
}

TEST(TransmissionPage, OneDay) {
  for (const ExampleRow& row : example_table("transmission", "One day").rows) {
    SCOPED_TRACE(row.at("valid") + " valid, effective " + row.at("effective"));
    Transmission day;
    count(day, row.at("valid"), "valid", -60'000);
    count(day, row.at("valid, late"), "valid", 60'000);
    count(day, row.at("invalid"), "invalid(too_few_minutes)", -60'000);
    count(day, row.at("invalid, late"), "invalid(report)", 60'000);
    count(day, row.at("check"), "invalid(standard_check)", -60'000);
    count(day, row.at("missing"), "missing", std::nullopt);
    count(day, row.at("not_operating"), "not_operating", -60'000);
    EXPECT_EQ(day.due, number(row.at("due")));
    EXPECT_EQ(text(day.rate()), row.at("transmission"));
    EXPECT_EQ(text(day.validity()), row.at("validity"));
    EXPECT_EQ(text(day.effective()), row.at("effective"));
    EXPECT_EQ(text(day.immediate()), row.at("immediate"));
    EXPECT_EQ(text(day.reaches(target)), row.at("reached"));
    EXPECT_EQ(text(day.reaches_in_time(target)), row.at("reached in time"));
  }
}

TEST(TransmissionPage, AQuarter) {
  for (const ExampleRow& row : example_table("transmission", "A quarter").rows) {
    SCOPED_TRACE(row.at("days") + " days, " + row.at("more valid hours"));
    Transmission day;
    day.due = number(row.at("hours due a day"));
    day.valid = number(row.at("hours valid a day"));
    Transmission quarter;
    for (std::int64_t i = 0; i < number(row.at("days")); ++i) quarter += day;
    quarter.valid += number(row.at("more valid hours"));
    EXPECT_EQ(text(quarter.effective()), row.at("effective"));
    EXPECT_EQ(text(quarter.reaches(target)), row.at("reached"));
  }
}

}  // namespace
}  // namespace parkwatch
