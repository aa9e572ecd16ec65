#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/compliance_report.h"
#include "app/report_command.h"
#include "tests/support/replayed_store.h"

namespace parkwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ParkPeriod, MayBeALocalMonth) {
  Zone shanghai;
  struct Case {
    const char* text;
    const char* start;  // empty: refused
    const char* end;
  };
  const Case cases[] = {
      {"2026-03", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z"},
      {"2026-12", "2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"},
      {"2024-02", "2024-01-31T16:00:00Z", "2024-02-29T16:00:00Z"},
      {"2026-13", "", ""},
      {"2026-00", "", ""},
      {"2026-3", "", ""},
      {"2026/03", "", ""},
      {"202603", "", ""},
      {"2026-03-1", "", ""},
      {"", "", ""},
      {"20a6-03", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const std::optional<ParkPeriod> month = park_month("p1", c.text, shanghai);
    ASSERT_EQ(month.has_value(), *c.start != '\0');
    if (!month) continue;
    EXPECT_EQ(utc_text(month->start), c.start);
    EXPECT_EQ(utc_text(month->end), c.end);
  }
}

TEST(ReportForms, EscapeWhatWouldBreakThem) {
  Report report{"en", "A <b>", {{"fact", "a|b"}}, {}};
  report.sections.push_back(
      {"Head", "rows", "", {{"x", "y"}, {false, true}, {{"a|b\n\"c\"", "1,5"}}}, ""});
  report.sections.push_back({"Nothing", "none", "", {{"z"}, {false}, {}}, "no rows"});
  EXPECT_THAT(report_markdown(report),
              AllOf(HasSubstr("| a\\|b \"c\" | 1,5 |"), HasSubstr("| --- | ---: |"),
                    HasSubstr("## Nothing\n\nno rows")));
  EXPECT_EQ(report_csv(report),
            "report,fact,a|b\nrows,x,y\nrows,\"a|b\n\"\"c\"\"\",\"1,5\"\nnone,z\n");
  EXPECT_THAT(report_html(report), AllOf(HasSubstr("<h1>A &lt;b&gt;</h1>"),
                                         HasSubstr("&quot;c&quot;"), HasSubstr("no rows")));
}

class ComplianceReportTest : public testing::Test {
 protected:
  ComplianceReportTest() {
    store_.write_registry(default_registry());
    store_.write_log();
    store_.replay_log("store.db");
    options_.store_url = store_.url("store.db");
    options_.park = "p1";
    options_.month = "2026-03";
    options_.language = "en";
  }

  std::string report(ExitCode expected = ExitCode::Ok) {
    std::ostringstream out, err;
    EXPECT_EQ(run_report(options_, out, err), expected) << err.str();
    return out.str() + err.str();
  }

  ReplayedStore store_;
  ReportOptions options_;
};

// Two days of 60 mg/m3 at 10 m3/s under a limit of 50: 48 hours of 2.16 kg, all over.
TEST_F(ComplianceReportTest, CountsWhatTheStoreHolds) {
  const std::string text = report();
  EXPECT_THAT(text,
              AllOf(HasSubstr("Compliance report: Park, 2026-03"),
                    HasSubstr("| Enterprise Stack (air1) | Sulfur dioxide (a21026) | 48 | 48 | "
                              "48 | 100 % | 60 mg/m3 | 2026-03-15 00:00 | 48 | 0 | 103.68 |"),
                    HasSubstr("the period is not over: provisional"),
                    HasSubstr("Hours due under a limit: 48, valid 48 (100 %)"),
                    HasSubstr("| Cluster | Sulfur dioxide (a21026) | 103.68 | 0 % |"),
                    HasSubstr("| permit/air | test |"),
                    HasSubstr("| Enterprise Stack (air1) | Sulfur dioxide (a21026) | 2026 Q1 | 48 "
                              "| 48 | 48 | 48 | 100 % | 100 % | 100 % | 100 % | yes | 100 % |"),
                    HasSubstr("No day was short.")));
  EXPECT_THAT(text, HasSubstr("| exceedance | Enterprise Stack (air1) |"));
  EXPECT_THAT(text, HasSubstr("No violation and no due date in this month."));
}

TEST_F(ComplianceReportTest, SpeaksChineseAndOtherForms) {
  options_.language = "zh";
  EXPECT_THAT(report(), AllOf(HasSubstr("# 园区污染排放合规报告"), HasSubstr("二氧化硫 (a21026)"),
                              HasSubstr("本月没有三同时问题"), Not(HasSubstr("Valid share"))));
  options_.format = "html";
  EXPECT_THAT(report(), AllOf(HasSubstr("<html lang=\"zh-CN\">"), Not(HasSubstr("<script"))));
  options_.format = "csv";
  EXPECT_THAT(report(), HasSubstr("outlets,Enterprise Stack (air1),二氧化硫 (a21026),48,48,48,"));
}

TEST_F(ComplianceReportTest, AnotherMonthHasNothing) {
  options_.month = "2026-02";
  EXPECT_THAT(report(), AllOf(HasSubstr("No outlet had rows"), HasSubstr("No episode")));
}

TEST_F(ComplianceReportTest, RefusesWhatItDoesNotKnow) {
  options_.park = "p2";
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("there is no park 'p2'; known are: p1"));
  options_.park = "p1";
  options_.month = "March";
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("--month March is no month"));
  options_.month = "2026-03";
  options_.output = "/no/such/folder/report.md";
  EXPECT_THAT(report(ExitCode::Runtime), HasSubstr("could not write"));
}

}  // namespace
}  // namespace parkwatch
