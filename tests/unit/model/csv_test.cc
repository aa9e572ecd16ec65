#include "model/csv.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

using Cells = std::vector<std::string>;

TEST(Csv, ReadsRows) {
  struct Case {
    const char* name;
    std::string text;
    std::vector<CsvRow> rows;
  };
  const Case cases[] = {
      {"nothing", "", {}},
      {"only a mark", "\xEF\xBB\xBF", {}},
      {"LF", "a,b\n1,2\n", {{1, {"a", "b"}}, {2, {"1", "2"}}}},
      {"CRLF", "a,b\r\n1,2\r\n", {{1, {"a", "b"}}, {2, {"1", "2"}}}},
      {"no end", "a,b", {{1, {"a", "b"}}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       {{1, {"a", "b"}}}},
      {"empty cells", "a,,\n,,c\n", {{1, {"a", "", ""}}, {2, {"", "", "c"}}}},
      {"blank lines", "a\n\n,,\n\r\nb\n", {{1, {"a"}}, {5, {"b"}}}},
      {"comments", "# x, \"y\na\n#\n", {{2, {"a"}}}},
      {"quoted comment", "\"# x, y\",,\na\n", {{2, {"a"}}}},
      {"number sign inside", "a #1,#2\n", {{1, {"a #1", "#2"}}}},
      {"quotes", "\"a,b\",\"say \"\"hi\"\"\"\n", {{1, {"a,b", "say \"hi\""}}}},
      {"line break inside", "\"a\r\nb\",c\nd\n", {{1, {"a\r\nb", "c"}}, {3, {"d"}}}},
      {"Chinese", "排口,pH值\n", {{1, {"排口", "pH值"}}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const CsvContent content = read_csv(c.text);
    EXPECT_TRUE(content.errors.empty());
    EXPECT_EQ(content.rows, c.rows);
  }
}

TEST(Csv, RefusesWhatIsNoCsvAndGoesOn) {
  struct Case {
    const char* name;
    std::string text;
    int line;
    std::size_t rows;  // read besides
  };
  const Case cases[] = {
      {"quote inside", "a\nx\"y,z\nb\n", 2, 2},
      {"text after quote", "a\n\"x\"y,z\nb\n", 2, 2},
      {"never closed", "a\n\"x,y\nb\n", 2, 1},
      {"lone carriage return", "a\nx\ry\nb\n", 2, 2},
      {"GBK", "a\nb\n\xB9\xFA\n", 3, 0},
      {"overlong", "\xC0\xAF\n", 1, 0},
      {"surrogate", "\xED\xA0\x80\n", 1, 0},
      {"cut off", "a\n\xE6\x8E", 2, 0},
      {"beyond Unicode", "\xF4\x90\x80\x80", 1, 0},
      {"zero byte", std::string("a\nb\0c\n", 6), 2, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const CsvContent content = read_csv(c.text);
    ASSERT_EQ(content.errors.size(), 1u);
    EXPECT_EQ(content.errors[0].line, c.line);
    EXPECT_FALSE(content.errors[0].advice.empty());
    EXPECT_EQ(content.rows.size(), c.rows);
  }
}

TEST(Csv, QuotesACellOnlyWhereNeeded) {
  struct Case {
    std::string text;
    std::string field;
  };
  const Case cases[] = {{"", ""},
                        {"plain", "plain"},
                        {" a b ", " a b "},
                        {"a,b", "\"a,b\""},
                        {"a\"b", "\"a\"\"b\""},
                        {"a\nb", "\"a\nb\""},
                        {"a\rb", "\"a\rb\""},
                        {"排口", "排口"}};
  for (const Case& c : cases) {
    std::string line;
    append_csv_text(line, c.text);
    EXPECT_EQ(line, c.field);
  }
}

}  // namespace
}  // namespace parkwatch
