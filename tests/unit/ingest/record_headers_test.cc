#include "ingest/record_headers.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(RecordHeaders, ContentTypes) {
  struct Case {
    std::string_view text;
    ContentType type;
  };
  const Case cases[] = {
      {"application/hj212", ContentType::Hj212},
      {"application/json", ContentType::Json},
      {"Application/JSON; charset=utf-8", ContentType::Json},
      {" application/json ;x=y", ContentType::Json},
      {"", ContentType::Unknown},
      {";", ContentType::Unknown},
      {"json", ContentType::Unknown},
      {"application/json5", ContentType::Unknown},
      {"application/hj21", ContentType::Unknown},
      {"application/hj212 x", ContentType::Unknown},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_content_type(c.text), c.type);
  }
}

TEST(RecordHeaders, ReceivedTimes) {
  struct Case {
    std::string_view text;
    std::int64_t milliseconds;
  };
  const Case cases[] = {
      {"1773538200123", 1773538200123},
      {"0", 0},
      {"999999999999999", 999999999999999},
      {"", -1},
      {"-1", -1},
      {"+1", -1},
      {" 1", -1},
      {"1.5", -1},
      {"1e3", -1},
      {"0x1", -1},
      {"1000000000000000", -1},
      {"99999999999999999999", -1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_received(c.text), c.milliseconds);
  }
}

TEST(RecordHeaders, ARecordThatCameAgainSaysWhereItStoodFirst) {
  RecordView record;
  record.headers = {{"redriven-from", "input/3/17"}, {"first-append", "1773540000000"}};
  read_headers(record);
  EXPECT_EQ(record.redriven_from, "input/3/17");
  EXPECT_EQ(record.first_append_ms, 1'773'540'000'000);
  record.headers.clear();
  read_headers(record);
  EXPECT_EQ(record.redriven_from, "");
  EXPECT_EQ(record.first_append_ms, -1);
}

TEST(RecordHeaders, TheLastOfARepeatedHeaderCounts) {
  RecordView record;
  record.headers = {{"content-type", "application/json"},
                    {"received", "1"},
                    {"Received", "3"},  // names are case-sensitive in Kafka
                    {"content-type", "application/hj212"},
                    {"received", "2"}};
  read_headers(record);
  EXPECT_EQ(record.content_type, ContentType::Hj212);
  EXPECT_EQ(record.received_ms, 2);
  record.headers.clear();
  read_headers(record);  // nothing of the record before stays
  EXPECT_EQ(record.content_type, ContentType::Unknown);
  EXPECT_EQ(record.received_ms, -1);
}

}  // namespace
}  // namespace parkwatch
