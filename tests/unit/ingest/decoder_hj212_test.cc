#include <gtest/gtest.h>

#include <string>

#include "ingest/decoder.h"
#include "ingest/hj212/writer.h"
#include "tests/unit/ingest/decoded_text.h"
#include "tests/unit/ingest/hj212/golden.h"

namespace parkwatch {
namespace {

std::string frame_of(std::string_view segment) {
  std::string frame;
  hj212::append_frame(segment, frame);
  return frame;
}

/// A report of version 2017 with that data area.
std::string report(std::string_view area) {
  return frame_of("QN=20260315093000125;ST=31;CN=2011;PW=123456;MN=M1;Flag=4;CP=&&" +
                  std::string(area) + "&&");
}

TEST(DecoderHj212, ReadsTheGoldenFrames) {
  Decoder decoder({});
  const auto realtime = decoder.decode(hj212_record(hj212::golden_realtime));
  ASSERT_TRUE(realtime);
  const Reading& reading = (*realtime)->reading;
  EXPECT_EQ((*realtime)->type, RecordType::Reading);
  EXPECT_EQ(reading.mn, "A0B1C2D3E4F5061728394A5B");
  EXPECT_EQ(reading.kind, Kind::Realtime);
  EXPECT_EQ(reading.scheme, Scheme::Hj212v2025);
  EXPECT_EQ(utc_text(reading.time), "2026-03-15T01:30:00Z");
  EXPECT_FALSE(reading.received);
  EXPECT_FALSE((*realtime)->warnings.any());
  EXPECT_EQ(values_text(**realtime),
            "a34013|Rtd=4.2 a34013|ZsRtd=4.6 a34013|Flag=N a19001|Rtd=7.31 a19001|Flag=N");
  const auto hour = decoder.decode(hj212_record(hj212::golden_hour));
  ASSERT_TRUE(hour);
  EXPECT_EQ((*hour)->reading.kind, Kind::Hour);
  EXPECT_EQ((*hour)->reading.scheme, Scheme::Hj212v2017);
  EXPECT_EQ(outcome_of(decoder, hj212_record(hj212::golden_state)), "SB1|RS=1 SB2|RS=0");
  EXPECT_EQ(outcome_of(decoder, hj212_record(hj212::golden_answer)), "control");
}

TEST(DecoderHj212, RejectsSingleValuesAndKeepsTheirNeighbours) {
  struct Case {
    const char* area;
    const char* values;
  };
  const Case cases[] = {
      {"a1-Rtd=1,a1-Flag=N", "a1|Rtd=1 a1|Flag=N"},
      {"a1-Rtd=NaN,a1-Flag=N;b2-Rtd=2", "a1|Flag=N b2|Rtd=2 !a1|Rtd=NaN:bad_number"},
      {"a1-Rtd=inf;b2-Rtd=2", "b2|Rtd=2 !a1|Rtd=inf:bad_number"},
      {"a1-Rtd=1234567890123456789012345678901234567890;b2-Rtd=2",
       "b2|Rtd=2 !a1|Rtd=1234567890123456789012345678901234567890:bad_number"},
      {"a1-Rtd=1.2.3", "!a1|Rtd=1.2.3:bad_number"},
      {"a1-Rtd=0x10", "!a1|Rtd=0x10:bad_number"},
      {"a1-Rtd=;b2-Rtd=2", "b2|Rtd=2 !a1|Rtd=:empty_value"},
      {"a1-Rtd;b2-Rtd=2", "b2|Rtd=2 !a1|Rtd=:empty_value"},
      {"a1-Rtd=-0.50", "a1|Rtd=-0.50"},
      {"a1-Info=abc,a1-SampleTime=20260315093000,a1-SN=x1,a1-EFlag=e1",
       "a1|Info=abc a1|SampleTime=20260315093000 a1|SN=x1 a1|EFlag=e1"},
      {"a1-Info=\xd1\xcc;b2-Rtd=2", "b2|Rtd=2 !a1|Info=\xd1\xcc:invalid_utf8"},
      {"a1-Info=\xe7\x83\x9f", "a1|Info=\xe7\x83\x9f"},
      {"a1-Rtd=1;Flag=D", "a1|Rtd=1 a1|Flag=D"},
      {"a1-Rtd=1;b2-Rtd=2;a1-Flag=N", "a1|Rtd=1 a1|Flag=N b2|Rtd=2"},
      {"a1-Rtd=1;a1-Rtd=1", "a1|Rtd=1"},
      {"a1-Rtd=1;a1-Rtd=2", "a1|Rtd=1 !a1|Rtd=2:repeated_value"},
      {"a1-Rtd=1;b2-Rtd=5;a1-Rtd=2", "a1|Rtd=1 b2|Rtd=5 !a1|Rtd=2:repeated_value"},
      {"RestartTime=20260315093000;a1-Rtd=1", "a1|Rtd=1"},
      {"", ""},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.area);
    const std::string area = "DataTime=20260315093000" + std::string(*c.area ? ";" : "") + c.area;
    EXPECT_EQ(outcome_of(decoder, hj212_record(report(area))), c.values);
  }
}

TEST(DecoderHj212, RefusesWholeRecordsByReason) {
  const std::string good(hj212::golden_realtime);
  struct Case {
    const char* name;
    std::string payload;
    const char* outcome;
  };
  const Case cases[] = {
      {"empty", "", "<empty_record>"},
      {"text", "GET / HTTP/1.1\r\n\r\n", "<not_a_frame>"},
      {"cut", good.substr(0, 60), "<truncated>"},
      {"two frames", good + good, "<trailing_bytes>"},
      {"wrong checksum", good.substr(0, good.size() - 6) + "BE00\r\n", "<crc_mismatch>"},
      {"wrong length", "##0184" + good.substr(6), "<length_mismatch>"},
      {"login of a vendor", frame_of("QN=1;ST=21;CN=9021;PW=1;MN=M1;Flag=5;CP=&&&&"),
       "<unknown_command>"},
      {"no command", frame_of("ST=21;PW=1;MN=M1;CP=&&&&"), "<no_command>"},
      {"empty segment", frame_of(""), "<no_command>"},
      {"no MN", frame_of("ST=31;CN=2011;PW=1;CP=&&DataTime=20260315093000;a-Rtd=1&&"), "<no_mn>"},
      {"empty MN", frame_of("ST=31;CN=2011;PW=1;MN=;CP=&&DataTime=20260315093000;a-Rtd=1&&"),
       "<no_mn>"},
      {"broken MN", frame_of("ST=31;CN=2011;MN=\xff;CP=&&DataTime=20260315093000;a-Rtd=1&&"),
       "<invalid_utf8>"},
      {"no DataTime", report("a1-Rtd=1"), "<no_data_time>"},
      {"empty DataTime", report("DataTime=;a1-Rtd=1"), "<no_data_time>"},
      {"30 February", report("DataTime=20260230093000;a1-Rtd=1"), "<impossible_data_time>"},
      {"15 digits", report("DataTime=201909262113836;a1-Rtd=1"), "<impossible_data_time>"},
      {"a request for data", report(""), "control"},
      {"a request for history", report("BeginTime=20260315000000,EndTime=20260315010000"),
       "control"},
      {"a heartbeat", frame_of("QN=20260315093000125;ST=31;CN=9015;PW=1;MN=M1;Flag=9;CP=&&&&"),
       "control"},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(outcome_of(decoder, hj212_record(c.payload)), c.outcome);
    EXPECT_EQ(outcome_of(decoder, hj212_record(hj212::golden_state)), "SB1|RS=1 SB2|RS=0");
  }
  RecordView tombstone = hj212_record("");
  tombstone.tombstone = true;
  EXPECT_EQ(outcome_of(decoder, tombstone), "<tombstone>");
}

TEST(DecoderHj212, KnowsTheFormWithoutAContentType) {
  struct Case {
    std::string payload;
    const char* outcome;
  };
  const Case cases[] = {
      {std::string(hj212::golden_state), "SB1|RS=1 SB2|RS=0"},
      {R"( {"type":"tick","park":"P","received":"2026-03-15T01:30:00Z"})", "tick"},
      {"hello", "<unknown_content_type>"},
      {"   ", "<unknown_content_type>"},
      {"[1]", "<unknown_content_type>"},
      {std::string("\0\0", 2), "<unknown_content_type>"},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.payload);
    RecordView record;
    record.payload = c.payload;
    EXPECT_EQ(outcome_of(decoder, record), c.outcome);
  }
}

TEST(DecoderHj212, TranslatesTheCodesOf2005FramesOnly) {
  Decoder::Options options;
  options.codes_2005 = {{"02", "a21026"}, {"B02", "a00000"}};
  Decoder decoder(std::move(options));
  const std::string area = "CP=&&DataTime=20260315093000;02-Rtd=1,02-Flag=N;B02-Rtd=2;zz-Rtd=3&&";
  EXPECT_EQ(outcome_of(decoder, hj212_record(frame_of("ST=31;CN=2011;PW=1;MN=M1;" + area))),
            "a21026|Rtd=1 a21026|Flag=N a00000|Rtd=2 zz|Rtd=3");
  EXPECT_EQ(outcome_of(decoder, hj212_record(frame_of("ST=31;CN=2011;PW=1;MN=M1;Flag=0;" + area))),
            "a21026|Rtd=1 a21026|Flag=N a00000|Rtd=2 zz|Rtd=3");
  EXPECT_EQ(outcome_of(decoder, hj212_record(frame_of("ST=31;CN=2011;PW=1;MN=M1;Flag=4;" + area))),
            "02|Rtd=1 02|Flag=N B02|Rtd=2 zz|Rtd=3");
  // A frame that mixes both names of one factor.
  EXPECT_EQ(outcome_of(decoder,
                       hj212_record(frame_of("ST=31;CN=2011;PW=1;MN=M1;CP=&&DataTime="
                                             "20260315093000;02-Rtd=1;b-Rtd=2;a21026-Flag=N&&"))),
            "a21026|Rtd=1 a21026|Flag=N b|Rtd=2");
}

TEST(DecoderHj212, StrictRefusesDeviationsOfTheSegmentToo) {
  Decoder::Options options;
  options.frames.strict = true;
  Decoder decoder(std::move(options));
  EXPECT_EQ(outcome_of(decoder, hj212_record(hj212::golden_state)), "SB1|RS=1 SB2|RS=0");
  EXPECT_EQ(outcome_of(decoder, hj212_record(report("DataTime=20260315093000;a1-Rtd=1;"))),
            "<non_conforming>");
}

TEST(DecoderHj212, BoundsTheValuesOfARecord) {
  Decoder::Options options;
  options.values_max = 3;
  Decoder decoder(std::move(options));
  EXPECT_EQ(outcome_of(decoder, hj212_record(report("DataTime=20260315093000;a-Rtd=1,a-Min=1,"
                                                    "a-Max=2"))),
            "a|Rtd=1 a|Min=1 a|Max=2");
  EXPECT_EQ(outcome_of(decoder, hj212_record(report("DataTime=20260315093000;a-Rtd=1,a-Min=1,"
                                                    "a-Max=2,a-Cou=3"))),
            "<too_many_values>");
}

}  // namespace
}  // namespace parkwatch
