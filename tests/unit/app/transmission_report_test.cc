#include "app/transmission_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/activation.h"
#include "app/report_command.h"
#include "tests/support/example_tables.h"
#include "tests/support/replayed_store.h"

namespace parkwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// "09:00" or "09:00:20" of 2026-03-15 in China Standard Time.
std::string on_the_day(const std::string& time) {
  return "2026-03-15T" + time + (time.size() == 5 ? ":00" : "") + "+08:00";
}

class TransmissionReportTest : public testing::Test {
 protected:
  TransmissionReportTest() {
    store_.write_registry(default_registry());
    options_.park = "p1";
    options_.from = "2026-03-15";
    options_.to = "2026-03-16";
    options_.language = "en";
    options_.format = "csv";
  }

  void replay(const std::vector<std::string>& records, const std::string& until) {
    const std::string name = "store" + std::to_string(++stores_) + ".db";
    std::ofstream log(store_.path("log.jsonl"));
    for (const std::string& record : records) log << record << '\n';
    log.close();
    store_.replay_log(name, until);
    options_.store_url = store_.url(name);
  }

  std::string report(ExitCode expected = ExitCode::Ok) {
    std::ostringstream out, err;
    EXPECT_EQ(run_transmission_report(options_, out, err), expected) << err.str();
    return out.str() + err.str();
  }

  /// A day of hour reports of the air and the water outlet.
  static std::vector<std::string> whole_day() {
    std::vector<std::string> records;
    const std::int64_t midnight = at(on_the_day("00:00"));
    for (int hour = 0; hour < 24; ++hour) {
      const std::int64_t start = midnight + hour * 3'600'000;
      const std::string begun = utc_text(start), received = utc_text(start + 3'600'000);
      records.push_back(
          reading("hour", begun, received, R"({"a21026":{"value":60},"a00000":{"value":10}})"));
      records.push_back(reading("hour", begun, received,
                                R"({"w01018":{"value":30},"w00000":{"value":5}})", "WATER1"));
    }
    return records;
  }

  static std::string check_mark(const std::string& outlet, const std::string& scheme) {
    return R"({"type":"mark","source":"portal","park":"p1","id":")" + outlet + R"(","outlet":")" +
           outlet + R"(","scheme":")" + scheme +
           R"(","mark":"standard_check","author":"Li","from":"2026-03-15T09:00:00+08:00",)" +
           R"("to":"2026-03-15T11:00:00+08:00","received":"2026-03-16T00:20:00+08:00"})";
  }

  ReplayedStore store_;
  ReportOptions options_;
  int stores_ = 0;
};

TEST_F(TransmissionReportTest, LateDataAreCountedAsThePageSays) {
  const ExampleTable reports = example_table("transmission", "Late data");
  for (const ExampleRow& seen : example_table("transmission", "Its day").rows) {
    SCOPED_TRACE(seen.at("seen at"));
    const std::string until = on_the_day(seen.at("seen at"));
    std::vector<std::string> records;
    for (const ExampleRow& row : reports.rows) {
      const std::string received = on_the_day(row.at("received"));
      if (at(received) > at(until)) continue;
      const std::vector<std::string> value = parts_of(row.at("value"), ' ');
      records.push_back(reading(
          "hour", on_the_day(row.at("report of")), received,
          R"({"a21026":{"value":)" + value.at(0) + R"(,"flag":")" + value.at(1) + R"("}})"));
    }
    replay(records, until);
    std::string counts;
    for (const char* column : {"due", "arrived", "in time", "valid", "transmission", "validity",
                               "effective", "immediate", "reached"}) {
      counts += "," + seen.at(column);
    }
    const std::string of = ",Enterprise Stack (air1),Sulfur dioxide (a21026),";
    EXPECT_THAT(report(), AllOf(HasSubstr("\ndays" + of + "2026-03-15" + counts + "\n"),
                                HasSubstr("\ntransmission" + of + "2026-03-15" + counts + ",\n"),
                                HasSubstr("\ntransmission" + of + "2026 Q1" + counts + "," +
                                          seen.at("effective") + "\n")));
  }
}

TEST_F(TransmissionReportTest, OfWasteWaterOneCheckADayIsLeftOut) {
  std::map<std::string, std::string> registry = default_registry();
  registry["outlets.csv"] =
      "id,enterprise,code,name,medium,main,concentration_basis,flow_basis,oxygen_basis,"
      "mark_scheme\n"
      "air1,e1,DA001,Stack,air,yes,standard-dry,standard-dry,standard-dry,thermal-power\n"
      "water1,e1,DW001,Drain,water,yes,,,,paper\n";
  store_.write_registry(registry);
  std::vector<std::string> records = whole_day();
  records.push_back(check_mark("air1", "thermal-power"));
  records.push_back(check_mark("water1", "paper"));
  replay(records, "2026-03-16T00:30:00+08:00");
  EXPECT_THAT(report(), AllOf(HasSubstr("(a21026),2026-03-15,24,24,24,22,100 %,91.67 %,91.67 %,"
                                        "91.67 %,yes\n"),
                              HasSubstr("(w01018),2026-03-15,23,23,23,22,100 %,95.65 %,95.65 %,"
                                        "95.65 %,yes\n"),
                              HasSubstr("(w01018),2026 Q1,23,23,23,22,100 %,95.65 %,95.65 %,"
                                        "95.65 %,yes,91.67 %\n"),
                              Not(HasSubstr("(a00000)")), Not(HasSubstr("(w00000)"))));
}

TEST_F(TransmissionReportTest, AQuarterEndsWithThePeriodAndTheNextBegins) {
  replay(whole_day(), "2026-04-02T00:00:00+08:00");
  options_.from = "2026-03-16";
  options_.to = "2026-04-02";
  const std::string text = report();
  // 15 March, and then 16 days without any value up to the end of the quarter.
  EXPECT_THAT(text, AllOf(HasSubstr("(a21026),2026-03-16 – 2026-04-01,407,0,0,0,0 %,,0 %,0 %,no,"),
                          HasSubstr("(a21026),2026 Q1,408,24,24,24,5.88 %,100 %,5.88 %,5.88 %,no,"
                                    "5.88 %\n"),
                          HasSubstr("(a21026),2026 Q2,23,0,0,0,0 %,,0 %,0 %,no,0 %\n"),
                          HasSubstr("days,Enterprise Stack (air1),all factors,2026-03-31,24,0,"),
                          Not(HasSubstr("2026-03-15"))));
}

TEST_F(TransmissionReportTest, WithoutATargetNothingIsShort) {
  replay({whole_day().front()}, "2026-03-16T00:30:00+08:00");
  const std::unique_ptr<Store> store = open_store_snapshot(options_.store_url);
  ActiveSet set = stored_set(*store, store->active_set());
  const ReportNames say(set, "p1", true);
  const ParkPeriod day{"p1", EventTime(at(on_the_day("00:00"))),
                       EventTime(at("2026-03-16T00:00:00+08:00")), "2026-03-15"};
  // Sulfur dioxide and all of the outlet's factors: one hour of 24.
  EXPECT_EQ(TransmissionSections(*store, set, day, say).days(true).table.rows.size(), 2U);
  std::erase_if(set.rules.parameters, [](const Parameter& parameter) {
    return parameter.name == "transmission_target_percent";
  });
  const TransmissionSections sections(*store, set, day, say);
  EXPECT_EQ(sections.days(true).table.rows.size(), 0U);
  EXPECT_EQ(sections.days(false).table.rows.size(), 2U);
  EXPECT_EQ(sections.days(false).table.rows.front().back(), "");
  EXPECT_THAT(sections.periods().note, Not(HasSubstr("目标 75 %")));
}

TEST_F(TransmissionReportTest, RefusesWhatIsNoPeriod) {
  replay(whole_day(), "2026-03-16T00:30:00+08:00");
  options_.language = "zh";
  options_.format = "html";
  EXPECT_THAT(report(), AllOf(HasSubstr("<html lang=\"zh-CN\">"), HasSubstr("目标 75 %"),
                              HasSubstr("2026年第1季度"), HasSubstr("国家平台算法")));
  options_.from = "2026-02-30";
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("--from 2026-02-30 is no day"));
  options_.from = "2026-03-15";
  options_.to = "tomorrow";
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("--to tomorrow is no day"));
  options_.to = options_.from;
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("--to must lie after --from"));
  options_.park = "p2";
  EXPECT_THAT(report(ExitCode::Usage), HasSubstr("there is no park 'p2'; known are: p1"));
}

}  // namespace
}  // namespace parkwatch
