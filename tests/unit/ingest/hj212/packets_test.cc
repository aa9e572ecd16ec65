#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "ingest/hj212/frame.h"
#include "ingest/hj212/frame_json.h"
#include "ingest/hj212/segment.h"
#include "tests/support/json_lines.h"

namespace parkwatch::hj212 {
namespace {

const std::string fixtures = PARKWATCH_SOURCE_DIR "/tests/fixtures/hj212/";

struct Tally {
  int accepted = 0;
  int refused = 0;
};

/// The pairs of a data area that stand between separators, DataTime apart.
std::size_t pairs_in(std::string_view packet) {
  const std::size_t open = packet.find("CP=&&");
  const std::size_t close = packet.rfind("&&");
  std::string_view area = packet.substr(open + 5, close - open - 5);
  std::size_t count = 0;
  while (!area.empty()) {
    const std::size_t end = std::min(area.find_first_of(";,"), area.size());
    if (end > 0 && !area.starts_with("DataTime=")) ++count;
    area.remove_prefix(std::min(end + 1, area.size()));
  }
  return count;
}

/// A packet that is right in length and checksum is taken with every item and encodes to itself;
/// any other is refused.
Tally check_packets(const std::string& path) {
  Tally tally;
  FrameJsonWriter writer({}, false);
  FrameJsonReader reader({});
  for (const JsonLine& line : json_lines(path)) {
    const bool right = line["length_ok"] == "true" && line["crc_ok"] == "true";
    const std::string bytes = line["packet"] + "\r\n";
    SCOPED_TRACE(line["id"]);
    FrameScratch scratch;
    const Result<Frame, Reason> frame = read_frame(bytes, {}, scratch);
    EXPECT_EQ(frame.has_value(), right) << (frame ? "" : reason_name(frame.error()));
    ++(right ? tally.accepted : tally.refused);
    if (!frame || !right) continue;
    Segment segment;
    parse_segment(frame->segment, segment);
    EXPECT_EQ(segment.items.size(), pairs_in(bytes));
    Span span;
    span.status = Span::Status::Accepted;
    span.bytes = frame->bytes;
    span.frame = *frame;
    std::string shown;
    std::string encoded;
    EXPECT_TRUE(writer.append(span, shown));
    EXPECT_EQ(reader.append(shown, encoded), LineOutcome::Written);
    EXPECT_EQ(encoded, bytes);
  }
  return tally;
}

struct StreamTally {
  std::size_t accepted = 0;
  std::size_t refused = 0;
};

StreamTally read_stream(const std::string& bytes, std::size_t piece) {
  StreamTally tally;
  FrameReader reader;
  Span span;
  std::uint64_t covered = 0;
  for (std::size_t at = 0; at <= bytes.size(); at += piece) {
    if (at < bytes.size()) reader.append(std::string_view(bytes).substr(at, piece));
    if (at + piece > bytes.size()) reader.finish();
    while (reader.next(span)) {
      EXPECT_EQ(span.offset, covered);
      EXPECT_EQ(span.bytes, std::string_view(bytes).substr(covered, span.bytes.size()));
      covered += span.bytes.size();
      ++(span.status == Span::Status::Accepted ? tally.accepted : tally.refused);
    }
  }
  EXPECT_EQ(covered, bytes.size());
  return tally;
}

std::string data_of(const std::string& path, std::string_view tail) {
  std::string bytes;
  for (const JsonLine& line : json_lines(path)) bytes.append(line["data"]).append(tail);
  return bytes;
}

std::string bytes_of(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    const std::string pair(hexadecimal.substr(i, 2));
    bytes.push_back(static_cast<char>(std::strtol(pair.c_str(), nullptr, 16)));
  }
  return bytes;
}

std::string printed(std::string_view cipher) {
  std::string text = "{";
  for (const char c : cipher) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02X,",
                  static_cast<unsigned>(static_cast<std::uint8_t>(c)));
    text += byte;
  }
  text.back() = '}';
  return text;
}

TEST(Hj212Packets, OfPublicRepositoriesAreTakenWithEveryItemOrRefused) {
  const Tally tally = check_packets(fixtures + "packets.jsonl");
  EXPECT_EQ(tally.accepted, 21);
  EXPECT_EQ(tally.refused, 7);
}

TEST(Hj212Packets, TheExamplesOf2025AreDecrypted) {
  for (const JsonLine& line : json_lines(fixtures + "sm4.jsonl")) {
    const std::string plain = line["header"] + line["plain_data_area"] + "&&";
    const std::string cipher = bytes_of(line["cipher_hex"]);
    ASSERT_EQ(std::to_string(plain.size()), line["declared_length"]);
    FrameOptions options;
    options.keys = [&line](std::string_view) { return parse_sm4_key(line["key_hex"]); };
    for (const std::string& area : {cipher, printed(cipher), "{" + cipher + "}"}) {
      const std::string frame = "##0" + line["declared_length"] + line["header"] + area +
                                line["plain_remainder"] + "&&" + line["crc"] + "\r\n";
      FrameScratch scratch;
      const Result<Frame, Reason> read = read_frame(frame, options, scratch);
      ASSERT_TRUE(read) << reason_name(read.error());
      EXPECT_TRUE(read->encrypted);
      EXPECT_EQ(read->segment, plain);
      EXPECT_FALSE(read->warnings.any());
      // Between others, in pieces, without a tail.
      const std::string stream = frame + frame.substr(0, frame.size() - 2) + frame;
      FrameReader reader(options);
      Span span;
      int accepted = 0;
      for (const char c : stream) {
        reader.append(std::string_view(&c, 1));
        while (reader.next(span)) accepted += span.status == Span::Status::Accepted ? 1 : 0;
      }
      EXPECT_EQ(accepted, 3);
    }
  }
}

TEST(Hj212Packets, OfTheDataFolder) {
  if (test_data_folder().empty()) GTEST_SKIP() << "PARKWATCH_TEST_DATA is not set";
  const Tally tally = check_packets(test_data_folder() + "/hj212/packets.jsonl");
  EXPECT_EQ(tally.accepted, 181);
  EXPECT_EQ(tally.refused, 59);
}

TEST(Hj212Packets, OfADevicesBacklog) {
  if (test_data_folder().empty()) GTEST_SKIP() << "PARKWATCH_TEST_DATA is not set";
  const std::string path = test_data_folder() + "/hj212/streams/skylakezf-device-abc.jsonl";
  for (const char* tail : {"", "\r\n"}) {
    const std::string bytes = data_of(path, tail);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1448}, bytes.size()}) {
      const StreamTally tally = read_stream(bytes, piece);
      EXPECT_EQ(tally.accepted, 7779U);
      EXPECT_EQ(tally.refused, 1U);
    }
  }
}

TEST(Hj212Packets, OfOtherStreams) {
  if (test_data_folder().empty()) GTEST_SKIP() << "PARKWATCH_TEST_DATA is not set";
  const std::string folder = test_data_folder() + "/hj212/streams/";
  const StreamTally dialogue = read_stream(data_of(folder + "mutoushirana-dialogue.jsonl", ""), 7);
  EXPECT_EQ(dialogue.accepted, 218U);
  EXPECT_EQ(dialogue.refused, 0U);
  const StreamTally glued = read_stream(data_of(folder + "glued-writes.jsonl", ""), 1024);
  EXPECT_EQ(glued.accepted, 7U);
  EXPECT_EQ(glued.refused, 0U);
}

}  // namespace
}  // namespace parkwatch::hj212
