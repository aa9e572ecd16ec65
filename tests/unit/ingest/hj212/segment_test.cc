#include "ingest/hj212/segment.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ingest/hj212/golden.h"

namespace parkwatch::hj212 {
namespace {

/// "factor-attribute=value" of each item, "factor=value" of bare pairs; blank between.
std::string items_text(const Segment& segment) {
  std::string text;
  for (const Item& item : segment.items) {
    if (!text.empty()) text += ' ';
    text += std::string(item.factor);
    if (!item.attribute.empty()) text += "|" + std::string(item.attribute);
    if (item.has_value) text += "=" + std::string(item.value);
  }
  return text;
}

std::string warnings_text(const Warnings& warnings) {
  std::string text;
  for (int i = 0; i < warning_count; ++i) {
    const Warning warning = static_cast<Warning>(i);
    if (!warnings.has(warning)) continue;
    if (!text.empty()) text += ' ';
    text += warning_name(warning);
  }
  return text;
}

TEST(Segment, TakesTheStandardFormApartWithoutWarning) {
  Segment segment;
  parse_segment(golden_realtime.substr(6, 186), segment);
  EXPECT_EQ(segment.field(Field::Qn), "20260315093000125");
  EXPECT_EQ(segment.field(Field::St), "31");
  EXPECT_EQ(segment.field(Field::Cn), "2011");
  EXPECT_EQ(segment.field(Field::Pw), "123456");
  EXPECT_EQ(segment.field(Field::Mn), "A0B1C2D3E4F5061728394A5B");
  EXPECT_EQ(segment.version, 2025);
  EXPECT_TRUE(segment.answer_required());
  EXPECT_EQ(segment.data_time, "20260315093000");
  ASSERT_TRUE(segment.time);
  EXPECT_EQ(zoned_text(segment.time->milliseconds(), china_standard_time),
            "2026-03-15T09:30:00+08:00");
  EXPECT_EQ(items_text(segment),
            "a34013|Rtd=4.2 a34013|ZsRtd=4.6 a34013|Flag=N a19001|Rtd=7.31 a19001|Flag=N");
  EXPECT_EQ(warnings_text(segment.warnings), "");
}

TEST(Segment, KeepsEveryItemOfLenientData) {
  struct Case {
    const char* area;
    const char* items;
    const char* warnings;
  };
  const Case cases[] = {
      {"", "", ""},
      {"a1-Rtd=1", "a1|Rtd=1", ""},
      {"a1-Rtd=1,a1-Flag=N;b2-Rtd=2", "a1|Rtd=1 a1|Flag=N b2|Rtd=2", ""},
      {"RtdInterval=30", "RtdInterval=30", ""},
      {"SB1-RS=1;SB2-RS=0", "SB1|RS=1 SB2|RS=0", ""},
      {"PolId=w01018,BeginTime=1,EndTime=2", "PolId=w01018 BeginTime=1 EndTime=2", ""},
      {"Nh3-scr-Rtd=5", "Nh3-scr|Rtd=5", ""},
      {"a1-Rtd=1;Flag=N", "a1|Rtd=1 a1|Flag=N", "bare_flag"},
      {"a1-Rtd=1,Flag=N", "a1|Rtd=1 a1|Flag=N", "bare_flag"},
      {"Flag=N", "Flag=N", ""},
      {"a1-Rtd=1,b2-Rtd=2", "a1|Rtd=1 b2|Rtd=2", "comma_between_items"},
      {"a1-Rtd=1;a1-Flag=N", "a1|Rtd=1 a1|Flag=N", "semicolon_inside_item"},
      {"a1-Rtd=;b2-Rtd=2", "a1|Rtd= b2|Rtd=2", "empty_value"},
      {"a1-Rtd=1;", "a1|Rtd=1", "empty_item"},
      {";;a1-Rtd=1", "a1|Rtd=1", "empty_item"},
      {" a1-Rtd = 1 ", "a1|Rtd=1", "spaces"},
      {"abc;a1-Rtd=1", "abc a1|Rtd=1", "missing_equals"},
      {"a1-Info=x=y", "a1|Info=x=y", ""},
      {"-Rtd=1;a1-=2;=3", "-Rtd=1 a1-=2 =3", ""},
      {"a1-Info=a&&b", "a1|Info=a&&b", ""},
      {"a1-Info=\xe7\x83\x9f", "a1|Info=\xe7\x83\x9f", ""},
      {"a1-Info=\xd1\xcc", "a1|Info=\xd1\xcc", "invalid_utf8"},
      {"a1-Info=\x01", "a1|Info=\x01", "control_characters"},
  };
  Segment segment;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.area);
    const std::string text = "QN=20260315093000125;ST=31;CN=2011;PW=123456;MN=A;Flag=4;CP=&&" +
                             std::string(c.area) + "&&";
    parse_segment(text, segment);
    EXPECT_EQ(items_text(segment), c.items);
    EXPECT_EQ(warnings_text(segment.warnings), c.warnings);
  }
}

TEST(Segment, WarnsOfEachDeviationOfTheHeader) {
  struct Case {
    const char* text;
    const char* warnings;
    int version;
  };
  const Case cases[] = {
      {"ST=32;CN=2011;PW=123456;MN=A;CP=&&&&", "", 2005},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=4;CP=&&&&", "", 2017},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=9;RF=1;CP=&&&&", "", 2025},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=7;PNUM=2;PNO=1;CP=&&&&", "", 2017},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=4;PNUM=2;PNO=1;CP=&&&&",
       "packet_numbers", 2017},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=7;PNUM=2;PNO=3;CP=&&&&",
       "packet_numbers", 2017},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=4;RF=1;CP=&&&&", "unexpected_resend",
       2017},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=8;RF=0;CP=&&&&", "unexpected_resend",
       2025},
      {"ST=32;CN=2011;PW=123456;MN=A;Flag=4;CP=&&&&", "missing_header_field", 2017},
      {"ST=32;CN=2011;PW=123456;CP=&&&&", "missing_header_field", 2005},
      {"ST=32;CN=2011;PW=;MN=A;CP=&&&&", "empty_header_value", 2005},
      {"ST=32;CN=2011;PW=1234567;MN=A;CP=&&&&", "malformed_header_field", 2005},
      {"QN=5;ST=32;CN=2011;PW=123456;MN=A;CP=&&&&", "malformed_header_field", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;Flag=abc;CP=&&&&", "malformed_header_field", 2005},
      {"QN=20260315093000125;ST=32;CN=2011;PW=123456;MN=A;Flag=12;CP=&&&&", "unknown_version",
       2025},
      {"ST=32;CN=2011;PW=123456;,MN=A;FLAG=0;CP=&&&&", "stray_separator header_name_case", 2005},
      {";ST=32;CN=2011;PW=123456;MN=A;CP=&&&&", "stray_separator", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;XY=1;CP=&&&&", "unknown_header_field", 2005},
      {"ST=32;ST=31;CN=2011;PW=123456;MN=A;CP=&&&&", "repeated_header_field", 2005},
      {"ST=32;CN=2000;PW=123456;MN=A;CP=&&&&", "unknown_command", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A", "missing_header_field", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;CP=a=1", "area_not_closed", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;CP=&&a=1", "area_not_closed", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;CP=&&&", "area_not_closed missing_equals", 2005},
      {"ST=32;CN=2011;PW=123456;MN=A;CP=&&a=1&&;", "text_after_area", 2005},
      {"", "missing_header_field", 2005},
  };
  Segment segment;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    parse_segment(c.text, segment);
    EXPECT_EQ(warnings_text(segment.warnings), c.warnings);
    EXPECT_EQ(segment.version, c.version);
  }
}

TEST(Segment, ReadsPossibleDataTimesOnly) {
  struct Case {
    const char* text;
    const char* time;  // empty: impossible
  };
  const Case cases[] = {
      {"20260315093000", "2026-03-15T09:30:00+08:00"},
      {"20260315093000125", "2026-03-15T09:30:00.125+08:00"},
      {"20240229000000", "2024-02-29T00:00:00+08:00"},
      {"20230229000000", ""},
      {"20261301000000", ""},
      {"20260315240000", ""},
      {"20260315093060", ""},
      {"201909262113836", ""},
      {"202603150930", ""},
      {"2026031509300x", ""},
      {"", ""},
      {"20171128105111-20171128105139", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const std::optional<EventTime> time = parse_data_time(c.text);
    EXPECT_EQ(time ? zoned_text(time->milliseconds(), china_standard_time) : "", c.time);
  }
}

}  // namespace
}  // namespace parkwatch::hj212
