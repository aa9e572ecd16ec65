// Days of hours drawn by seed, counted by Transmission and, in another way, by plain filters.
#include "processors/transmission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace parkwatch {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t grace_ms = 600'000;

struct Hour {
  Window window;
  std::int64_t start = 0;
  bool late() const {
    return window.first_arrival->milliseconds() - start - hour_ms - grace_ms > 0;
  }
};

std::vector<Hour> draw_day(std::mt19937& random) {
  const std::vector<std::string> states = {"valid",         "valid",
                                           "missing",       "not_operating",
                                           "no_discharge",  "invalid(standard_check)",
                                           "invalid(fault)"};
  std::vector<Hour> hours(23 + random() % 3);
  for (std::size_t i = 0; i < hours.size(); ++i) {
    Hour& hour = hours[i];
    hour.start = static_cast<std::int64_t>(i) * hour_ms;
    hour.window.state = states[random() % states.size()];
    const bool arrives = hour.window.valid() || random() % 2 == 0;
    if (!arrives || hour.window.state == "missing") continue;
    // Around the closing to the millisecond, or far from it.
    const std::int64_t after = random() % 2 == 0
                                   ? static_cast<std::int64_t>(random() % 3) - 1
                                   : static_cast<std::int64_t>(random() % 900'000) - 300'000;
    hour.window.first_arrival = ReceivedTime(hour.start + hour_ms + grace_ms + after);
  }
  return hours;
}

/// The hours that are due when so many checks may be left out.
std::vector<Hour> due_hours(const std::vector<Hour>& hours, std::size_t checks) {
  std::vector<Hour> due;
  std::size_t seen = 0;
  std::copy_if(hours.begin(), hours.end(), std::back_inserter(due), [&](const Hour& hour) {
    const std::string& state = hour.window.state;
    if (state == "invalid(standard_check)") return ++seen > checks;
    return state != "not_operating" && state != "no_discharge";
  });
  return due;
}

template <class Is>
std::int64_t how_many(const std::vector<Hour>& hours, const Is& is) {
  return std::count_if(hours.begin(), hours.end(), is);
}

TEST(TransmissionProperty, CountsAsPlainFiltersDo) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::vector<Hour> hours = draw_day(random);
    const std::size_t checks = random() % 3;
    Transmission day;
    for (const Hour& hour : hours) {
      day.count(hour.window, EventTime(hour.start + hour_ms + grace_ms),
                static_cast<std::int64_t>(checks));
    }
    const std::vector<Hour> due = due_hours(hours, checks);
    const auto arrived = [](const Hour& hour) { return hour.window.first_arrival.has_value(); };
    const auto in_time = [&](const Hour& hour) { return arrived(hour) && !hour.late(); };
    const auto valid = [](const Hour& hour) { return hour.window.state == "valid"; };
    EXPECT_EQ(day.due, std::ssize(due));
    EXPECT_EQ(day.arrived, how_many(due, arrived));
    EXPECT_EQ(day.in_time, how_many(due, in_time));
    EXPECT_EQ(day.valid, how_many(due, valid));
    EXPECT_EQ(day.valid_in_time,
              how_many(due, [&](const Hour& hour) { return in_time(hour) && valid(hour); }));
    // The effective rate is the product of the two, rounded once.
    if (day.arrived > 0) {
      EXPECT_EQ(day.effective(),
                Decimal::ratio(Wide{day.arrived} * day.valid, Wide{day.due} * day.arrived));
    }
    EXPECT_LE(day.immediate(), day.effective());
  }
}

}  // namespace
}  // namespace parkwatch
