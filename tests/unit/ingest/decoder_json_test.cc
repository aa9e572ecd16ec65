#include <gtest/gtest.h>

#include <string>

#include "ingest/decoder.h"
#include "tests/unit/ingest/decoded_text.h"

namespace parkwatch {
namespace {

TEST(DecoderJson, ReadsAReading) {
  Decoder decoder({});
  const auto decoded = decoder.decode(json_record(
      R"({"mn":"M1","kind":"minute","time":"2026-03-15T09:30:00+08:00",)"
      R"("received":"2026-03-15T01:31:02.5Z","resend":true,"factors":{"a21026":{"value":"12.30",)"
      R"("min":11,"max":1.3e1,"total":0.5,"converted":"14","flag":"N"},"a19001":{"value":7.10}},)"
      R"("facilities":{"SB1":{"state":1}}})"));
  ASSERT_TRUE(decoded);
  const Reading& reading = (*decoded)->reading;
  EXPECT_EQ((*decoded)->type, RecordType::Reading);
  EXPECT_EQ(reading.mn, "M1");
  EXPECT_EQ(reading.kind, Kind::Minute);
  EXPECT_EQ(reading.scheme, Scheme::Json);
  EXPECT_EQ(utc_text(reading.time), "2026-03-15T01:30:00Z");
  ASSERT_TRUE(reading.received);
  EXPECT_EQ(utc_text(*reading.received), "2026-03-15T01:31:02.500Z");
  EXPECT_TRUE(reading.resend);
  EXPECT_EQ((*decoded)->unknown_members, 0U);
  EXPECT_EQ(values_text(**decoded),
            "a21026|Avg=12.30 a21026|Min=11 a21026|Max=1.3e1 a21026|Cou=0.5 a21026|ZsAvg=14 "
            "a21026|Flag=N a19001|Avg=7.10 SB1|RS=1");
}

/// A realtime reading with these members added; `factors` before `kind` on purpose.
std::string reading_with(std::string_view members) {
  return R"({)" + std::string(members) +
         R"(,"time":"2026-03-15T09:30:00+08:00","kind":"realtime","mn":"M1"})";
}

TEST(DecoderJson, RejectsSingleValuesAndKeepsTheirNeighbours) {
  struct Case {
    const char* factors;
    const char* values;
  };
  const Case cases[] = {
      {R"({})", ""},
      {R"({"a":{"value":1,"converted":2}})", "a|Rtd=1 a|ZsRtd=2"},
      {R"({"a":{"value":0.1000000000000000055}})", "!a|Rtd=0.1000000000000000055:bad_number"},
      {R"({"a":{"value":123456789.123456789}})", "a|Rtd=123456789.123456789"},
      {R"({"a":{"value":1234567890123456789012345678901234567890},"b":{"value":2}})",
       "b|Rtd=2 !a|Rtd=1234567890123456789012345678901234567890:bad_number"},
      {R"({"a":{"value":NaN},"b":{"value":2}})", "b|Rtd=2 !a|Rtd=NaN:bad_number"},
      {R"({"a":{"value":-Infinity,"flag":"N"}})", "a|Flag=N !a|Rtd=-Infinity:bad_number"},
      {R"({"a":{"value":"NaN"},"b":{"value":2}})", "b|Rtd=2 !a|Rtd=NaN:bad_number"},
      {R"({"a":{"value":007}})", "!a|Rtd=007:bad_number"},
      {R"({"a":{"value":1e400}})", "!a|Rtd=1e400:bad_number"},
      {R"({"a":{"value":true}})", "!a|Rtd=true:bad_number"},
      {R"({"a":{"value":null,"flag":"D"}})", "a|Flag=D !a|Rtd=null:empty_value"},
      {R"({"a":{"value":""}})", "!a|Rtd=:empty_value"},
      {R"({"a":{"value":[1]},"b":{"value":2}})", "b|Rtd=2 !a|Rtd=:bad_member"},
      {R"({"a":{"value":{"x":[{}]}},"b":{"value":2}})", "b|Rtd=2 !a|Rtd=:bad_member"},
      {R"({"a":{"value":1,"flag":7}})", "a|Rtd=1 !a|Flag=7:bad_member"},
      {R"({"a":{"value":1,"flag":"N","unit":"mg\/m3"}})", "a|Rtd=1 a|Flag=N"},
      {R"({"\u0061":{"val\u0075e":"\u0031"}})", "a|Rtd=1"},
      {R"({"a" : { "value" : 1 , "flag" : "N" } })", "a|Rtd=1 a|Flag=N"},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.factors);
    const std::string text = reading_with("\"factors\":" + std::string(c.factors));
    EXPECT_EQ(outcome_of(decoder, json_record(text)), c.values);
  }
}

TEST(DecoderJson, IgnoresUnknownMembersButCountsThem) {
  Decoder decoder({});
  const auto decoded = decoder.decode(json_record(reading_with(
      R"("unit":"x","more":{"a":[1,{"b":null}],"c":true},"factors":{"a":{"value":1,"x":0}})")));
  ASSERT_TRUE(decoded);
  EXPECT_EQ((*decoded)->unknown_members, 3U);
  EXPECT_EQ(values_text(**decoded), "a|Rtd=1");
}

TEST(DecoderJson, AnActivityIsAReading) {
  Decoder decoder({});
  const auto decoded = decoder.decode(json_record(
      R"({"type":"activity","mn":"M","kind":"day","time":"2026-03-15T00:00:00+08:00",)"
      R"("factors":{"p":{"value":"7.9"}},"facilities":{"SB1":{"state":1,"run_hours":"23.5"}}})"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ((*decoded)->type, RecordType::Reading);
  EXPECT_EQ((*decoded)->unknown_members, 0U);
  EXPECT_EQ(values_text(**decoded), "p|Avg=7.9 SB1|RS=1 SB1|RT=23.5");
}

TEST(DecoderJson, ReadsTicksAndDocuments) {
  struct Case {
    const char* text;
    const char* outcome;
  };
  const Case cases[] = {
      {R"({"type":"tick","park":"P","received":"2026-03-15T01:30:00Z"})", "tick"},
      {R"({"received":"2026-03-15T01:30:00Z","type":"tick","park":"P"})", "tick"},
      {R"({"type":"tick","received":"2026-03-15T01:30:00Z"})", "<no_park>"},
      {R"({"type":"tick","park":7,"received":"2026-03-15T01:30:00Z"})", "<no_park>"},
      {R"({"type":"tick","park":"P"})", "<no_received>"},
      {R"({"type":"tick","park":"P","received":"2026-03-15T01:30:00"})", "<bad_received>"},
      {R"({"type":"tick","park":"P","received":5})", "<bad_received>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","kind":7,"x":"a\/b","on":true})",
       "document"},
      {R"({"type":"milestone","source":"s","id":"1","park":"p","none":null})", "document"},
      {R"({"type":"activity","source":"s","id":"1","park":"p"})", "<no_mn>"},
      {R"({"type":"acknowledgement","source":"s","id":"1","park":"p"})", "document"},
      {R"({"type":"explanation","source":"s","id":"1","park":"p"})", "document"},
      {R"({"type":"floor","source":"s","id":"1","park":"p"})", "document"},
      {R"({"type":"mark","source":"s","id":"1"})", "<no_park>"},
      {R"({"type":"mark","source":"s","id":"1","park":7})", "<no_park>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","more":{}})", "<bad_member>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","more":[1]})", "<bad_member>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","factors":{}})", "<bad_member>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","mn":[]})", "<bad_member>"},
      {R"({"type":"mark","source":"s","id":"1","park":"p","x":1,"x":1})", "<duplicate_member>"},
      {R"({"type":"mark","id":"1"})", "<no_source>"},
      {R"({"type":"mark","source":"","id":"1"})", "<no_source>"},
      {R"({"type":"mark","source":"s"})", "<no_id>"},
      {R"({"type":"mark","source":"s","id":1})", "<no_id>"},
      {R"({"type":"other","source":"s","id":"1"})", "<unknown_type>"},
      {R"({"type":1})", "<unknown_type>"},
      {R"({"type":null})", "<unknown_type>"},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(outcome_of(decoder, json_record(c.text)), c.outcome);
  }
  const auto mark = decoder.decode(json_record(cases[7].text));
  ASSERT_TRUE(mark);
  EXPECT_EQ((*mark)->document_type, "mark");
  EXPECT_EQ((*mark)->source, "s");
  EXPECT_EQ((*mark)->id, "1");
  EXPECT_EQ((*mark)->park, "p");
  std::string members;
  for (const DocumentMember& member : (*mark)->members) {
    members += std::string(member.name) + "=" + std::string(member.text) + ";";
  }
  EXPECT_EQ(members, "x=a/b;on=true;kind=7;");
}

std::string nested(std::size_t depth, char open, char close) {
  return reading_with("\"deep\":" + std::string(depth, open) + std::string(depth, close));
}

std::string many_members(int count) {
  std::string text = "\"more\":{";
  for (int i = 0; i < count; ++i) text += (i ? ",\"m" : "\"m") + std::to_string(i) + "\":0";
  return reading_with(text + "}");
}

TEST(DecoderJson, RefusesWholeRecordsByReason) {
  struct Case {
    const char* name;
    std::string text;
    const char* outcome;
  };
  const Case cases[] = {
      {"empty", "", "<empty_record>"},
      {"blank", "  \n", "<malformed_json>"},
      {"not an object", "[1]", "<malformed_json>"},
      {"a number", "1", "<malformed_json>"},
      {"cut", R"({"mn":"M1","kind")", "<malformed_json>"},
      {"unclosed string", R"({"mn":"M1})", "<malformed_json>"},
      {"two documents", reading_with(R"("a":1)") + reading_with(R"("a":1)"), "<malformed_json>"},
      {"a word behind", reading_with(R"("a":1)") + " x", "<malformed_json>"},
      {"trailing comma", R"({"mn":"M1",})", "<malformed_json>"},
      {"no comma", R"({"mn":"M1" "kind":"hour"})", "<malformed_json>"},
      {"wrong bracket", R"({"a":[1}})", "<malformed_json>"},
      {"no value", R"({"mn":})", "<malformed_json>"},
      {"word", R"({"x":nul})", "<malformed_json>"},
      {"bad number in an unknown member", R"({"x":01})", "<malformed_json>"},
      {"bad escape", R"({"x":"\q"})", "<malformed_json>"},
      {"lone surrogate", R"({"x":"\ud800"})", "<malformed_json>"},
      {"line break in a string", "{\"x\":\"a\nb\"}", "<malformed_json>"},
      {"colon for a value", R"({"factors":{"a":{"value"::1}}})", "<malformed_json>"},
      {"invalid UTF-8", "{\"mn\":\"\xff\"}", "<invalid_utf8>"},
      {"duplicate member", R"({"mn":"M1","mn":"M1"})", "<duplicate_member>"},
      {"duplicate by escape", R"({"mn":"M1","\u006dn":"M1"})", "<duplicate_member>"},
      {"duplicate unknown", R"({"x":1,"x":1})", "<duplicate_member>"},
      {"duplicate factor", reading_with(R"("factors":{"a":{},"a":{}})"), "<duplicate_member>"},
      {"duplicate attribute", reading_with(R"("factors":{"a":{"value":1,"value":1}})"),
       "<duplicate_member>"},
      {"duplicate deep inside", reading_with(R"("x":[{"y":1,"y":2}])"), "<duplicate_member>"},
      {"deep arrays", nested(40, '[', ']'), "<json_too_deep>"},
      {"very deep arrays", nested(5000, '[', ']'), "<json_too_deep>"},
      {"deep but allowed", nested(20, '[', ']'), ""},
      {"many members", many_members(3000), ""},
      {"too large", reading_with("\"x\":\"" + std::string(1024 * 1024, 'a') + "\""),
       "<json_too_large>"},
      {"no mn", R"({"kind":"hour","time":"2026-03-15T09:30:00+08:00"})", "<no_mn>"},
      {"empty mn", R"({"mn":"","kind":"hour","time":"2026-03-15T09:30:00+08:00"})", "<no_mn>"},
      {"mn a number", R"({"mn":5,"kind":"hour","time":"2026-03-15T09:30:00+08:00"})",
       "<bad_member>"},
      {"no kind", R"({"mn":"M","time":"2026-03-15T09:30:00+08:00"})", "<unknown_kind>"},
      {"unknown kind", R"({"mn":"M","kind":"week","time":"2026-03-15T09:30:00+08:00"})",
       "<unknown_kind>"},
      {"no time", R"({"mn":"M","kind":"hour"})", "<no_data_time>"},
      {"time without zone", R"({"mn":"M","kind":"hour","time":"2026-03-15T09:30:00"})",
       "<impossible_data_time>"},
      {"30 February", R"({"mn":"M","kind":"hour","time":"2026-02-30T09:30:00+08:00"})",
       "<impossible_data_time>"},
      {"time a number", R"({"mn":"M","kind":"hour","time":1773538200})", "<impossible_data_time>"},
      {"bad received", reading_with(R"("received":"yesterday")"), "<bad_received>"},
      {"bad resend", reading_with(R"("resend":"yes")"), "<bad_member>"},
      {"factors a list", reading_with(R"("factors":[1])"), "<bad_member>"},
      {"a factor's bare value", reading_with(R"("factors":{"a":12})"), "<bad_member>"},
  };
  Decoder decoder({});
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(outcome_of(decoder, json_record(c.text)), c.outcome);
    EXPECT_EQ(outcome_of(decoder, json_record(reading_with(R"("factors":{"a":{"value":1}})"))),
              "a|Rtd=1");
  }
}

}  // namespace
}  // namespace parkwatch
