#include "ingest/hj212/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ingest/hj212/writer.h"
#include "tests/unit/ingest/hj212/golden.h"

namespace parkwatch::hj212 {
namespace {

struct Seen {
  Span::Status status;
  std::uint64_t offset;
  std::string bytes;
  std::string reason;  // empty when accepted
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << static_cast<int>(seen.status) << '@' << seen.offset << ' ' << seen.reason << " ["
             << seen.bytes << ']';
}

std::vector<Seen> read_in_pieces(std::string_view stream, std::size_t piece,
                                 const FrameOptions& options = {}) {
  FrameReader reader(options);
  std::vector<Seen> seen;
  Span span;
  const auto drain = [&] {
    while (reader.next(span)) {
      const bool accepted = span.status == Span::Status::Accepted;
      seen.push_back({span.status, span.offset, std::string(span.bytes),
                      accepted ? "" : std::string(reason_name(span.reason))});
    }
  };
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.append(stream.substr(at, piece));
    drain();
  }
  reader.finish();
  drain();
  EXPECT_EQ(reader.pending(), 0U);
  return seen;
}

/// "A" for accepted, else the reason, joined by spaces. Checks that every byte is covered once and
/// that the pieces a stream comes in make no difference.
std::string outcome(std::string_view stream, const FrameOptions& options = {}) {
  const std::vector<Seen> whole = read_in_pieces(stream, stream.size() + 1, options);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    EXPECT_EQ(read_in_pieces(stream, piece, options), whole);
  }
  std::string text;
  std::string covered;
  for (const Seen& seen : whole) {
    EXPECT_EQ(seen.offset, covered.size());
    covered += seen.bytes;
    if (!text.empty()) text += ' ';
    text += seen.reason.empty() ? "A" : seen.reason;
  }
  EXPECT_EQ(covered, stream);
  return text;
}

std::string changed(std::string_view text, std::size_t at, std::string_view to) {
  std::string copy(text);
  return copy.replace(at, to.size(), to);
}

TEST(FrameReader, TakesFramesAndNothingElse) {
  const std::string good(golden_realtime);
  const std::string tailless = good.substr(0, good.size() - 2);
  const std::string cut = good.substr(0, 100);
  const std::string wrong_crc = changed(good, good.size() - 6, "BE00");
  const std::string wrong_length = changed(good, 2, "0184");
  const std::string oversized = [] {
    std::string frame;
    append_frame("ST=31;CN=2011;MN=1;CP=&&a=" + std::string(2000, '1') + "&&", frame);
    return frame;
  }();
  struct Case {
    const char* name;
    std::string stream;
    const char* outcome;
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"one", good, "A"},
      {"two", good + std::string(golden_hour), "A A"},
      {"no tail at the end", tailless, "A"},
      {"glued without tails", tailless + tailless + tailless, "A A A"},
      {"line feed only", tailless + "\n" + good, "A A"},
      {"carriage return only", tailless + "\r" + good, "A A"},
      {"lower-case checksum", changed(good, good.size() - 6, "be01"), "A"},
      {"empty segment", "##0000FFFF\r\n", "A"},
      {"oversized", oversized + good, "A A"},
      {"blank lines between", good + "\r\n\r\n" + good, "A not_a_frame A"},
      {"wrong checksum", wrong_crc, "crc_mismatch"},
      {"wrong checksum, then good", wrong_crc + good, "crc_mismatch A"},
      {"wrong checksum between", good + wrong_crc + good, "A crc_mismatch A"},
      {"length too short", wrong_length + good, "length_mismatch A"},
      {"length too long", changed(good, 2, "0500") + good + good, "length_mismatch A A"},
      {"length beyond the end", changed(good, 2, "0888") + good, "truncated A"},
      {"length never reached", changed(good, 2, "9999") + good + good, "truncated A A"},
      {"truncated, then good", cut + good, "length_mismatch A"},
      {"truncated", cut, "truncated"},
      {"only a head", "##0186", "truncated"},
      {"half a head", "##01", "not_a_frame"},
      {"three digits", "##299ST=22;CN=2011;CP=&&&&0280\r\n" + good, "not_a_frame A"},
      {"false start", "##abc" + good, "not_a_frame A"},
      {"three signs", "#" + good, "not_a_frame A"},
      {"a false head before", "##0010" + good, "length_mismatch A"},
      {"HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + good, "not_a_frame A"},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + good,
       "not_a_frame A"},
      {"RDP", std::string("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03", 16),
       "not_a_frame"},
      {"zeros", std::string(300, '\0') + good, "not_a_frame A"},
      {"signs inside a segment",
       [] {
         std::string frame;
         append_frame("ST=31;CN=2011;MN=1;CP=&&a##0012=1&&", frame);
         return frame;
       }(),
       "A"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(outcome(c.stream), c.outcome);
  }
}

TEST(FrameReader, NeverHoldsMoreThanItsBound) {
  FrameOptions options;
  options.frame_bytes_max = 2000;
  options.skipped_bytes_max = 500;
  EXPECT_EQ(outcome(std::string(1200, 'x'), options), "not_a_frame not_a_frame not_a_frame");
  EXPECT_EQ(outcome("##1900" + std::string(2500, 'x'), options),
            "frame_too_long not_a_frame not_a_frame");
  EXPECT_EQ(outcome("##9000" + std::string(100, 'x') + std::string(golden_state), options),
            "frame_too_long A");
  FrameReader reader(options);
  Span span;
  for (int i = 0; i < 100'000; ++i) {
    reader.append(i % 7 == 0 ? "##0" : "9");
    while (reader.next(span)) {
    }
    ASSERT_LE(reader.pending(), options.frame_bytes_max + 3);
  }
}

TEST(FrameReader, StrictRefusesWhatTheStandardRefuses) {
  const std::string good(golden_realtime);
  FrameOptions strict;
  strict.strict = true;
  EXPECT_EQ(outcome(good, strict), "A");
  EXPECT_EQ(outcome(good.substr(0, good.size() - 2), strict), "non_conforming");
  EXPECT_EQ(outcome(changed(good, good.size() - 6, "be01"), strict), "non_conforming");
}

TEST(FrameReader, TakesThePlainModbusChecksumOnlyWhenAsked) {
  const std::string segment(golden_state.substr(6, 128));
  const std::string frame = "##0128" + segment + "XXXX\r\n";
  EXPECT_EQ(outcome(frame), "length_mismatch");
  FrameOptions either;
  either.modbus_crc = true;
  const std::string sent = "##00091234567894B37\r\n";
  EXPECT_EQ(outcome(sent), "crc_mismatch");
  EXPECT_EQ(outcome(sent, either), "A");
  EXPECT_EQ(outcome(std::string(golden_hour), either), "A");
}

TEST(FrameReader, TakesAFrameWithoutTailWhenTheSenderPauses) {
  FrameReader reader;
  Span span;
  reader.append(golden_state.substr(0, golden_state.size() - 2));
  EXPECT_FALSE(reader.next(span));
  reader.pause();
  ASSERT_TRUE(reader.next(span));
  EXPECT_EQ(span.status, Span::Status::Accepted);
  EXPECT_TRUE(span.frame.warnings.has(Warning::MissingTail));
  reader.append("\r");
  ASSERT_TRUE(reader.next(span));
  EXPECT_EQ(span.reason, Reason::LateTail);
  reader.append("\n");
  ASSERT_TRUE(reader.next(span));
  EXPECT_EQ(span.reason, Reason::LateTail);
  reader.append(golden_state);
  ASSERT_TRUE(reader.next(span));
  EXPECT_EQ(span.status, Span::Status::Accepted);
}

TEST(ReadFrame, WantsExactlyOneFrame) {
  struct Case {
    const char* name;
    std::string bytes;
    const char* outcome;
  };
  const std::string good(golden_hour);
  const Case cases[] = {
      {"one", good, "A"},
      {"without tail", good.substr(0, good.size() - 2), "A"},
      {"empty", "", "empty_record"},
      {"two", good + good, "trailing_bytes"},
      {"rubbish behind", good + "x", "trailing_bytes"},
      {"rubbish before", "x" + good, "not_a_frame"},
      {"cut", good.substr(0, 50), "truncated"},
      {"half a head", "##02", "truncated"},
      {"text", "hello, world", "not_a_frame"},
      {"wrong checksum", changed(good, good.size() - 6, "3D41"), "crc_mismatch"},
      {"wrong length", changed(good, 2, "0203"), "length_mismatch"},
  };
  FrameScratch scratch;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Result<Frame, Reason> frame = read_frame(c.bytes, {}, scratch);
    EXPECT_EQ(frame ? "A" : reason_name(frame.error()), c.outcome);
    if (frame) {
      EXPECT_EQ(frame->bytes, c.bytes);
    }
  }
}

}  // namespace
}  // namespace parkwatch::hj212
