#include "ingest/hj212/writer.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "ingest/hj212/commands.h"
#include "ingest/hj212/frame.h"
#include "tests/unit/ingest/hj212/golden.h"

namespace parkwatch::hj212 {
namespace {

EventTime china(std::string_view digits) {
  return *parse_data_time(digits);
}

TEST(Writer, WritesTheGoldenFrames) {
  const std::vector<Item> items = {{"a34013", "Rtd", "4.2"},
                                   {"a34013", "ZsRtd", "4.6"},
                                   {"a34013", "Flag", "N"},
                                   {"a19001", "Rtd", "7.31"},
                                   {"a19001", "Flag", "N"}};
  ReportHeader header;
  header.version = 2025;
  header.qn = china("20260315093000125");
  header.st = "31";
  header.cn = "2011";
  header.pw = "123456";
  header.mn = "A0B1C2D3E4F5061728394A5B";
  header.data_time = china("20260315093000");
  header.answer_required = true;
  const auto frames = write_report(header, items);
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 1U);
  EXPECT_EQ(frames->front(), golden_realtime);
}

TEST(Writer, AnswersWithTheSameQnAndMn) {
  Segment segment;
  parse_segment(golden_realtime.substr(6, 186), segment);
  std::string answer;
  append_answer(segment, cn::data_answer, "", answer);
  EXPECT_EQ(answer, golden_answer);
  answer.clear();
  append_answer(segment, cn::request_answer, "QnRtn=1", answer);
  EXPECT_NE(answer.find("CN=9011;"), std::string::npos);
  EXPECT_NE(answer.find("CP=&&QnRtn=1&&"), std::string::npos);
}

/// A report of `factors` factors with four attributes each.
struct BigReport {
  explicit BigReport(int factors) {
    for (int i = 0; i < factors; ++i) codes.push_back("a" + std::to_string(10000 + i));
    for (const std::string& code : codes) {
      for (const char* attribute : {"Min", "Avg", "Max"}) {
        items.push_back({code, attribute, "1234.567"});
      }
      items.push_back({code, "Flag", "N"});
    }
    header.qn = china("20260315093000999");
    header.st = "31";
    header.cn = "2051";
    header.pw = "123456";
    header.mn = "A0B1C2D3E4F5061728394A5B";
    header.data_time = china("20260315093000");
  }
  std::vector<std::string> codes;
  std::vector<Item> items;
  ReportHeader header;
};

TEST(Writer, SplitsLongReportsBetweenFactors) {
  for (const int version : {2005, 2017, 2025}) {
    for (const int factors : {1, 12, 13, 40, 200}) {
      SCOPED_TRACE(std::to_string(version) + " with " + std::to_string(factors));
      BigReport report(factors);
      report.header.version = version;
      report.header.resend = true;
      const auto frames = write_report(report.header, report.items);
      ASSERT_TRUE(frames);
      std::set<std::string> qns;
      std::set<std::string> seen_factors;
      std::size_t items = 0;
      for (std::size_t i = 0; i < frames->size(); ++i) {
        FrameScratch scratch;
        const auto frame = read_frame((*frames)[i], {}, scratch);
        ASSERT_TRUE(frame);
        EXPECT_LE(frame->segment.size(), segment_bytes_max);
        Segment segment;
        parse_segment(frame->segment, segment);
        EXPECT_LE(segment.area.size(), area_bytes_max);
        Warnings none;
        EXPECT_EQ(segment.warnings, none);
        EXPECT_EQ(segment.version, version);
        EXPECT_EQ(segment.resend, version == 2025);
        EXPECT_EQ(segment.packet_count, static_cast<int>(frames->size()));
        EXPECT_EQ(segment.packet_number, static_cast<int>(i) + 1);
        EXPECT_EQ(segment.data_time, "20260315093000");
        qns.insert(std::string(segment.field(Field::Qn)));
        items += segment.items.size();
        std::set<std::string> here;
        for (const Item& item : segment.items) here.insert(std::string(item.factor));
        for (const std::string& factor : here) EXPECT_TRUE(seen_factors.insert(factor).second);
      }
      EXPECT_EQ(qns.size(), frames->size());
      EXPECT_EQ(items, report.items.size());
      EXPECT_EQ(frames->size() > 1, factors > 12);
    }
  }
}

TEST(Writer, RefusesWhatNoReaderCouldTakeApart) {
  BigReport report(1);
  const auto error = [&](const Item& item) {
    const auto frames = write_report(report.header, std::vector<Item>{item});
    return frames ? -1 : static_cast<int>(frames.error());
  };
  const int refused = static_cast<int>(WriteError::ReservedCharacter);
  EXPECT_EQ(error({"a1", "Rtd", "1"}), -1);
  EXPECT_EQ(error({"a1", "Rtd", "1;b2-Rtd=2"}), refused);
  EXPECT_EQ(error({"a1", "Rtd", "1,2"}), refused);
  EXPECT_EQ(error({"a1=", "Rtd", "1"}), refused);
  EXPECT_EQ(error({"a1", "Rtd", "&&"}), refused);
  EXPECT_EQ(error({"a1", "Rtd", "\r\n"}), refused);
  const std::string huge(1000, '1');
  EXPECT_EQ(error({"a1", "Rtd", huge}), static_cast<int>(WriteError::GroupTooLong));
}

TEST(Writer, EncryptsAndTheReaderDecrypts) {
  const Sm4Key key = *parse_sm4_key("30303030303030303030303030303030");
  BigReport report(9);
  report.header.version = 2025;
  FrameOptions options;
  options.keys = [&key](std::string_view) { return std::optional<Sm4Key>(key); };
  const auto plain = write_report(report.header, report.items);
  ASSERT_TRUE(plain);
  for (const CipherForm form : {CipherForm::Raw, CipherForm::Printed}) {
    const auto frames = write_report(report.header, report.items, key, form);
    ASSERT_TRUE(frames);
    FrameScratch scratch;
    const auto frame = read_frame(frames->front(), options, scratch);
    ASSERT_TRUE(frame) << reason_name(frame.error());
    EXPECT_TRUE(frame->encrypted);
    EXPECT_EQ(frame->segment, plain->front().substr(6, frame->segment.size()));
    const auto without_key = read_frame(frames->front(), {}, scratch);
    ASSERT_FALSE(without_key);
    EXPECT_EQ(without_key.error(), Reason::NoKey);
    options.keys = [](std::string_view) {
      return parse_sm4_key("00000000000000000000000000000000");
    };
    const auto wrong_key = read_frame(frames->front(), options, scratch);
    ASSERT_FALSE(wrong_key);
    EXPECT_EQ(wrong_key.error(), Reason::CrcMismatch);
    options.keys = [&key](std::string_view) { return std::optional<Sm4Key>(key); };
  }
}

TEST(Commands, AreThoseOfTheStandard) {
  EXPECT_NE(find_command(2011), nullptr);
  EXPECT_EQ(find_command("2061")->kind, Kind::Hour);
  EXPECT_EQ(find_command(9014)->kind, std::nullopt);
  EXPECT_EQ(find_command(9015)->since, 2025);
  for (const char* unknown : {"", "201", "20111", "9021", "abcd", "2000", "-201"}) {
    EXPECT_EQ(find_command(unknown), nullptr) << unknown;
  }
  EXPECT_TRUE(may_be_encrypted(2011));
  EXPECT_TRUE(may_be_encrypted(1014));
  EXPECT_FALSE(may_be_encrypted(9014));
}

}  // namespace
}  // namespace parkwatch::hj212
