#include "processors/day_count.h"

#include <gtest/gtest.h>

#include "model/rules_csv.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

EventTime at(const std::string& iso) {
  return EventTime(parse_iso_time(iso).value());
}

std::string date(std::int64_t day) {
  return utc_text(day * 86'400'000).substr(0, 10);
}

class DayCounts : public testing::Test {
 protected:
  std::int64_t day(const std::string& text) const { return days.day_of(at(text + "T12:00+08:00")); }

  const LifecycleRules rules = parse_rules(source_folder("rules")).rules.lifecycle;
  const Zone zone;
  const DayCount days{zone, rules.calendar};
};

TEST_F(DayCounts, CountWorkingDaysOverTheHolidays) {
  struct Case {
    const char* from;
    int count;
    const char* last;
  };
  const Case cases[] = {
      {"2025-01-24", 1, "2025-01-26"},  // a worked Sunday before the Spring Festival
      {"2025-01-27", 1, "2025-02-05"},  // eight days of Spring Festival
      {"2025-02-07", 1, "2025-02-08"},  // a worked Saturday
      {"2025-04-30", 1, "2025-05-06"},  // Labour Day
      {"2025-09-30", 5, "2025-10-14"},  // 9, 10, 11 (Saturday, worked), 13, 14
      {"2025-12-31", 1, "2026-01-04"},  // New Year, then a worked Sunday
      {"2026-02-13", 5, "2026-02-27"},  // 14 (Saturday, worked), 24 to 27
      {"2026-09-18", 1, "2026-09-20"},  // a worked Sunday
      {"2026-09-24", 2, "2026-09-29"},  // Mid-Autumn from Friday to Sunday
      {"2026-09-29", 5, "2026-10-12"},  // National Day, 10 (Saturday) worked
      {"2026-09-30", 1, "2026-10-08"},
      {"2026-10-01", 1, "2026-10-08"},  // from within the holidays
      {"2026-11-20", 5, "2026-11-27"},  // an ordinary week
      {"2026-11-20", 0, "2026-11-20"},
      {"2026-12-30", 5, "2027-01-06"},  // no calendar of 2027: the week alone
  };
  for (const Case& c : cases) {
    EXPECT_EQ(date(days.working_days_after(day(c.from), c.count)), c.last)
        << c.count << " after " << c.from;
  }
}

TEST_F(DayCounts, KnowWhichDaysAreWorked) {
  EXPECT_FALSE(days.is_working(day("2026-10-07")));
  EXPECT_TRUE(days.is_working(day("2026-10-08")));
  EXPECT_TRUE(days.is_working(day("2026-10-10")));
  EXPECT_FALSE(days.is_working(day("2026-10-11")));
  EXPECT_TRUE(days.is_working(day("2027-01-01")));
}

TEST_F(DayCounts, CountMonthsToTheLastDayThatExists) {
  struct Case {
    const char* from;
    int months;
    const char* last;
  };
  const Case cases[] = {{"2026-01-31", 3, "2026-04-30"}, {"2026-01-31", 1, "2026-02-28"},
                        {"2024-01-31", 1, "2024-02-29"}, {"2020-02-29", 60, "2025-02-28"},
                        {"2026-11-30", 3, "2027-02-28"}, {"2026-12-15", 12, "2027-12-15"},
                        {"2026-12-01", 1, "2027-01-01"}, {"2026-06-15", 0, "2026-06-15"}};
  for (const Case& c : cases) {
    EXPECT_EQ(date(DayCount::months_after(day(c.from), c.months)), c.last)
        << c.months << " after " << c.from;
  }
}

TEST_F(DayCounts, AreLocal) {
  EXPECT_EQ(date(days.day_of(at("2026-03-01T15:59:59Z"))), "2026-03-01");
  EXPECT_EQ(date(days.day_of(at("2026-03-01T16:00:00Z"))), "2026-03-02");
  EXPECT_EQ(utc_text(days.end_of(day("2026-03-01"))), "2026-03-01T16:00:00Z");
  EXPECT_EQ(utc_text(days.start_of(day("2026-03-01"))), "2026-02-28T16:00:00Z");
}

TEST_F(DayCounts, SayWhichYearsHolidaysAreNotKnown) {
  EXPECT_EQ(days.doubt(day("2026-12-30"), day("2026-12-31")), "");
  EXPECT_EQ(days.doubt(day("2025-12-30"), day("2026-01-05")), "");
  EXPECT_EQ(days.doubt(day("2026-12-30"), day("2027-01-06")), "holidays of 2027 are not known");
  EXPECT_EQ(days.doubt(day("2024-12-30"), day("2025-01-06")), "holidays of 2024 are not known");
}

}  // namespace
}  // namespace parkwatch
