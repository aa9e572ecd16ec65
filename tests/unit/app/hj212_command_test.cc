#include "app/hj212_command.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "ingest/hj212/writer.h"
#include "tests/unit/ingest/hj212/golden.h"

namespace parkwatch {
namespace {

std::string decoded(const std::string& bytes, Hj212Options options = {},
                    ExitCode code = ExitCode::Ok) {
  std::istringstream in(bytes);
  std::ostringstream out;
  options.read_bytes = 50;
  EXPECT_EQ(hj212_decode(options, in, out), code);
  return out.str();
}

std::string encoded(const std::string& lines, ExitCode code = ExitCode::Ok,
                    const std::string& expected_faults = "") {
  std::istringstream in(lines);
  std::ostringstream out;
  std::ostringstream faults;
  EXPECT_EQ(hj212_encode({}, in, out, faults), code);
  EXPECT_EQ(faults.str(), expected_faults);
  return out.str();
}

std::string frame_of(std::string_view segment) {
  std::string frame;
  hj212::append_frame(segment, frame);
  return frame;
}

TEST(Hj212Decode, PrintsAFrameAsDocumented) {
  EXPECT_EQ(decoded(std::string(hj212::golden_realtime)),
            R"({"offset":0,"length":198,"status":"accepted","version":2025,"header":)"
            R"({"QN":"20260315093000125","ST":"31","CN":"2011","PW":"123456",)"
            R"("MN":"A0B1C2D3E4F5061728394A5B","Flag":9},"time":"2026-03-15T09:30:00+08:00",)"
            R"("items":{"a34013":{"Rtd":"4.2","ZsRtd":"4.6","Flag":"N"},)"
            R"("a19001":{"Rtd":"7.31","Flag":"N"}},"warnings":[]})"
            "\n");
}

TEST(Hj212Decode, CoversEveryByteInOrder) {
  const std::string good(hj212::golden_state);
  const std::string bad = good.substr(0, good.size() - 6) + "7BC1\r\n";
  const std::string text = decoded(bad + "abc" + good, {}, ExitCode::Findings);
  EXPECT_TRUE(text.starts_with(
      "{\"offset\":0,\"length\":140,\"status\":\"rejected\",\"reason\":\"crc_mismatch\"}\n"
      "{\"offset\":140,\"length\":3,\"status\":\"skipped\",\"reason\":\"not_a_frame\"}\n"
      "{\"offset\":143,\"length\":140,\"status\":\"accepted\","))
      << text;
  EXPECT_EQ(decoded(""), "");
}

TEST(Hj212Decode, ShowsItemsOfEverySort) {
  struct Case {
    const char* area;
    const char* shown;
  };
  const Case cases[] = {
      {"", R"("time":null,"items":{},"warnings":[])"},
      {"SB1-RS=1;SB2-RS=0", R"("items":{"SB1":{"RS":"1"},"SB2":{"RS":"0"}})"},
      {"RtdInterval=30", R"("items":{"RtdInterval":"30"})"},
      {"a-Rtd=1;b-Rtd=2;a-Flag=N", R"("items":{"a":{"Rtd":"1","Flag":"N"},"b":{"Rtd":"2"}})"},
      {"a-Rtd=1;a-Rtd=2", R"("items":{"a":{"Rtd":["1","2"]}},"warnings":["semicolon_inside_item",)"
                          R"("repeated_item"])"},
      {"x=1;x=2", R"("items":{"x":["1","2"]})"},
      {"a=1;a-Rtd=2", R"("items":{"a":{"":"1","Rtd":"2"}})"},
      {"a;b-Rtd", R"("items":{"a":null,"b":{"Rtd":null}})"},
      {"a-Rtd=1;Flag=N", R"("items":{"a":{"Rtd":"1","Flag":"N"}},"warnings":["bare_flag"])"},
      {"DataTime=20260230000000;a-Rtd=1",
       R"("time":null,"items":{"DataTime":"20260230000000","a":{"Rtd":"1"}})"},
      {"DataTime=20260315093000125", R"("time":"2026-03-15T09:30:00.125+08:00","items":{})"},
      {"a-Info=\"\\\x01\xff", R"("Info":"\"\\\u0001\uefff")"},
      {"a-Info=\xe7\x83\x9f", "\"Info\":\"\xe7\x83\x9f\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.area);
    const std::string frame =
        frame_of("ST=31;CN=2011;PW=123456;MN=A;CP=&&" + std::string(c.area) + "&&");
    const std::string line = decoded(frame);
    EXPECT_NE(line.find(c.shown), std::string::npos) << line;
    EXPECT_EQ(encoded(line), frame);
  }
}

TEST(Hj212Decode, StrictAndEitherChecksum) {
  Hj212Options strict;
  strict.strict = true;
  const std::string odd = frame_of("ST=31;CN=2011;PW=123456;MN=A;CP=&&a-Rtd=1;&&");
  EXPECT_EQ(decoded(odd, strict, ExitCode::Findings),
            "{\"offset\":0,\"length\":56,\"status\":\"rejected\",\"reason\":\"non_conforming\","
            "\"warnings\":[\"empty_item\"]}\n");
  EXPECT_NE(decoded(std::string(hj212::golden_hour), strict).find("accepted"), std::string::npos);
  const std::string modbus = "##00091234567894B37\r\n";
  decoded(modbus, {}, ExitCode::Findings);
  Hj212Options either;
  either.modbus_crc = true;
  const std::string line = decoded(modbus, either);
  EXPECT_NE(line.find("modbus_crc"), std::string::npos);
  EXPECT_EQ(encoded(line), modbus);
}

TEST(Hj212Encode, WritesEditedLinesAnew) {
  std::string line = decoded(std::string(hj212::golden_state));
  line.replace(line.find("\"RS\":\"0\""), 8, "\"RS\":\"3\"");
  EXPECT_NE(encoded(line).find("SB1-RS=1;SB2-RS=3&&"), std::string::npos);
  // One whose bytes are printed too, because it has no tail.
  const std::string tailless(hj212::golden_state.substr(0, hj212::golden_state.size() - 2));
  line = decoded(tailless);
  EXPECT_EQ(encoded(line), tailless);
  line.replace(line.find("\"RS\":\"0\""), 8, "\"RS\":\"3\"");
  EXPECT_NE(encoded(line).find("SB1-RS=1;SB2-RS=3&&"), std::string::npos);
}

TEST(Hj212Encode, NamesTheLinesThatHoldNoFrame) {
  const std::string good = decoded(std::string(hj212::golden_state));
  const std::string lines =
      R"({"offset":0,"length":9,"status":"skipped","reason":"not_a_frame"})"
      "\n" +
      good + "not json\n\n" +
      R"({"status":"accepted","header":{"MN":"a;b"},"time":null,"items":{}})"
      "\n" +
      R"({"status":"accepted","encrypted":true,"header":{"MN":"a"},"time":null,"items":{}})"
      "\n" +
      R"({"header":{}})"
      "\n" +
      R"({"status":"accepted","header":{},"time":"yesterday","items":{}})"
      "\n";
  EXPECT_EQ(encoded(lines, ExitCode::Findings,
                    "line 1: not an accepted frame\n"
                    "line 3: not a line of `hj212 decode`\n"
                    "line 5: cannot be written as a frame: too long, or a separator inside a text\n"
                    "line 6: encrypted, and the key of its MN is not known\n"
                    "line 7: not a line of `hj212 decode`\n"
                    "line 8: not a line of `hj212 decode`\n"),
            hj212::golden_state);
}

}  // namespace
}  // namespace parkwatch
