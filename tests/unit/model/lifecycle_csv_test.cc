#include "model/lifecycle_csv.h"

#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace parkwatch {
namespace {

std::string faults_of(const TextFiles& files) {
  LifecycleRules rules;
  Faults faults;
  read_lifecycle_rules(files, rules, faults);
  std::string text;
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

/// The shipped files with one text replaced by another.
TextFiles edited(const std::string& file, const std::string& from, const std::string& to) {
  TextFiles files = source_folder("rules");
  std::string& text = files.texts.at(file);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return files;
}

TEST(LifecycleRules, AreReadWithoutAFault) {
  LifecycleRules rules;
  Faults faults;
  read_lifecycle_rules(source_folder("rules"), rules, faults);
  EXPECT_TRUE(faults.empty());
  const auto on = [](const char* day) { return *parse_day_or_time(day); };
  EXPECT_EQ(rules.number("TS-L08", "display_working_days", on("2026-01-01")), 20);
  EXPECT_EQ(rules.word("TS-L01", "severity", on("2026-01-01")), "critical");
  EXPECT_EQ(rules.find("TS-L11", "basis", on("2017-09-30")), nullptr);
  EXPECT_EQ(rules.find("TS-L11", "basis", on("2026-08-14"))->standard, "Order 682 (2017)");
  EXPECT_EQ(rules.find("TS-L11", "basis", on("2026-08-15"))->clause, "Art. 162(1)");
  EXPECT_FALSE(rules.find("TS-L11", "basis", on("2026-08-15"))->sure);
  EXPECT_EQ(rules.calendar.size(), 24u);
}

TEST(LifecycleRules, MayBeLeftOut) {
  EXPECT_EQ(faults_of({"rules", {}}), "");
}

TEST(LifecycleRules, RefuseWhatDoesNotFit) {
  const std::string kind_advice = "; write one of: critical major minor warning\n";
  struct Case {
    const char* from;
    const char* to;
    std::string faults;
  };
  const Case cases[] = {
      {"TS-L05,capacity_share_percent,95,", "TS-L05,capacity_share_percent,101,",
       "rules/lifecycle.csv:26: fault: `value` of capacity_share_percent is refused: `101`; write "
       "a whole number from 0 to 100\n"},
      {"TS-L01,severity,critical", "TS-L01,severity,grave",
       "rules/lifecycle.csv:8: fault: `value` of severity is refused: `grave`" + kind_advice},
      {"TS-L05,capacity_share_percent,95,", "TS-L05,lag_days,95,",
       "rules/lifecycle.csv:26: fault: TS-L05 has no entry `lag_days`; check its spelling\n"
       "rules/lifecycle.csv: fault: TS-L05 has no `capacity_share_percent` at some times; add a "
       "row; where one ends with `valid_to` the next begins\n"},
      {"EIA Law,Art. 25,yes,2003-09-01,2026-08-15", "EIA Law,Art. 25,yes,2003-09-01,2026-08-01",
       "rules/lifecycle.csv: fault: TS-L01 has no `basis` at some times; add a row; where one "
       "ends with `valid_to` the next begins\n"},
      {"EIA Law,Art. 25,yes,2003-09-01,2026-08-15", "EIA Law,Art. 25,yes,2003-09-01,2026-08-16",
       "rules/lifecycle.csv:7: fault: `TS-L01/basis` holds at the same time as in line 6; end one "
       "with `valid_to` before the other begins, or remove it\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.to);
    EXPECT_EQ(faults_of(edited("lifecycle.csv", c.from, c.to)), c.faults);
  }
}

TEST(LifecycleRules, RefuseACalendarThatContradictsItself) {
  struct Case {
    const char* from;
    const char* to;
    const char* fault;
  };
  const Case cases[] = {
      {"2026-10-01,2026-10-07", "2026-10-07,2026-10-01",
       "`last` is before `first`, or more than a month after it"},
      {"2026-10-01,2026-10-07", "2026-10-01,2026-11-07",
       "`last` is before `first`, or more than a month after it"},
      {"2026-10-01,2026-10-07", "2026-10-01,2026-10-32", "`last` is no date: `2026-10-32`"},
      {"2026-10-10,2026-10-10", "2026-10-07,2026-10-07",
       "a day of it is in `National Day` already"},
      {"2025-01-01,2025-01-01", "2023-01-01,2023-01-01",
       "no holidays of 2024, but of years before and after"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.to);
    const std::string faults = faults_of(edited("working_days.csv", c.from, c.to));
    EXPECT_NE(faults.find(c.fault), std::string::npos) << faults;
  }
}

}  // namespace
}  // namespace parkwatch
