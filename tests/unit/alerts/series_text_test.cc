#include "alerts/series_text.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

const MetricInfo& silent() {
  return metric_info(Metric::OutletSilent);
}

TEST(LabelValue, IsEscaped) {
  struct Case {
    const char* name;
    std::string value;
    std::string written;
  };
  const Case cases[] = {
      {"plain", "DA001", "DA001"},
      {"chinese", "化工园", "化工园"},
      {"quote", "a\"b", "a\\\"b"},
      {"backslash", "a\\b", "a\\\\b"},
      {"line feed", "a\nb", "a\\nb"},
      {"brace and comma stay", "a},b{", "a},b{"},
      {"four bytes", "\xF0\x9F\x8F\xAD", "\xF0\x9F\x8F\xAD"},
      {"stray continuation", "a\x80z", "a\xEF\xBF\xBDz"},
      {"cut short", "a\xE5\x8C", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"overlong", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"empty", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string out;
    append_label_value(out, c.value);
    EXPECT_EQ(out, c.written);
  }
}

TEST(SeriesText, ListsHelpTypeAndSortedLines) {
  const SeriesText series =
      series_text(silent(), {{{"DA002", "p1"}, "1"}, {{"DA001", "p1"}, "1"}}, 10);
  EXPECT_EQ(series.text,
            "# HELP parkwatch_outlet_silent 1 for each outlet whose loggers are silent\n"
            "# TYPE parkwatch_outlet_silent gauge\n"
            "parkwatch_outlet_silent{outlet=\"DA001\",park=\"p1\"} 1\n"
            "parkwatch_outlet_silent{outlet=\"DA002\",park=\"p1\"} 1\n");
  EXPECT_EQ(series.left_out, 0u);
}

TEST(SeriesText, KeepsTheFirstUpToTheCapAndCountsTheRest) {
  const std::vector<Sample> samples = {
      {{"z", "p"}, "1"}, {{"y", "p"}, "1"}, {{"y", "p"}, "1"}, {{"x", "p"}, "1"}};
  const SeriesText series = series_text(silent(), samples, 2);
  EXPECT_EQ(series.left_out, 1u);  // the repeated label set is no series of its own
  EXPECT_NE(series.text.find("outlet=\"z\""), std::string::npos);
  EXPECT_NE(series.text.find("outlet=\"y\""), std::string::npos);
  EXPECT_EQ(series.text.find("outlet=\"x\""), std::string::npos);
}

TEST(SeriesText, IsEmptyWithoutSeries) {
  EXPECT_EQ(series_text(silent(), {}, 10).text, "");
}

TEST(SeriesTextDeath, RefusesLabelsAndValuesThatDoNotFit) {
  EXPECT_DEATH(series_text(silent(), {{{"only one"}, "1"}}, 10), "invariant|check|series_text");
  EXPECT_DEATH(series_text(silent(), {{{"a", "b"}, ""}}, 10), "invariant|check|series_text");
  EXPECT_DEATH(series_text(silent(), {{{"a", "b"}, "1 2"}}, 10), "invariant|check|series_text");
}

}  // namespace
}  // namespace parkwatch
