#include "storage/segment.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "storage/digest.h"
#include "tests/support/evidence_records.h"

namespace parkwatch {
namespace {

std::string next_head(std::string_view head, std::string_view canonical) {
  RecordChain chain(head);
  chain.add(canonical);
  return chain.head();
}

std::string packed(std::string head, const std::vector<EvidenceRecord>& records) {
  SegmentBuilder builder(std::move(head));
  for (const EvidenceRecord& record : records) builder.add(view_of(record));
  return builder.finish();
}

TEST(Segment, RecordsComeBackAsTheyWere) {
  const std::vector<EvidenceRecord> records = evidence_records(100, 40);
  const Result<Segment, SegmentFault> segment = read_segment(packed("", records));
  ASSERT_TRUE(segment.has_value());
  EXPECT_EQ(segment->records, records);
  EXPECT_EQ(segment->head_before, "");
}

TEST(Segment, ExtremesAndEmptiness) {
  constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  EvidenceRecord extreme;
  extreme.offset = greatest;
  extreme.append_time_ms = std::numeric_limits<std::int64_t>::min();
  extreme.received_ms = greatest;
  extreme.payload = std::string(2'000'000, '\xff');
  const Result<Segment, SegmentFault> one = read_segment(packed("", {extreme}));
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->records.front(), extreme);
  const std::string head = sha256_hex("x");
  const Result<Segment, SegmentFault> none = read_segment(packed(head, {}));
  ASSERT_TRUE(none.has_value());
  EXPECT_TRUE(none->records.empty());
  EXPECT_EQ(none->head, head);
}

TEST(Segment, HeadDoesNotDependOnWhereSegmentsAreCut) {
  const std::vector<EvidenceRecord> records = evidence_records(0, 30);
  SegmentBuilder whole("");
  for (const EvidenceRecord& record : records) whole.add(view_of(record));
  for (const std::size_t cut : {1U, 7U, 29U}) {
    std::string head;
    for (std::size_t at = 0; at < records.size(); at += cut) {
      SegmentBuilder part(head);
      for (std::size_t i = at; i < std::min(at + cut, records.size()); ++i) {
        part.add(view_of(records[i]));
      }
      const Result<Segment, SegmentFault> read = read_segment(part.finish());
      ASSERT_TRUE(read.has_value());
      EXPECT_EQ(read->head, part.head());
      head = part.head();
    }
    EXPECT_EQ(head, whole.head()) << "cut every " << cut;
  }
}

// The form is fixed for ever: stores hold heads computed from it.
TEST(Segment, CanonicalBytesAndHeadAreFixed) {
  EvidenceRecord record;
  record.offset = 258;
  record.append_time_ms = 3;
  record.received_ms = -1;
  record.content_type = ContentType::Json;
  record.key = "k";
  record.payload = "{}";
  record.headers = {{"a", ""}};
  const auto number = [](unsigned char low, unsigned char next = 0) {
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(low);
    bytes[1] = static_cast<char>(next);
    return bytes;
  };
  const std::string expected = number(2, 1) + number(3) + std::string(8, '\xff') + number(1) +
                               number(0) + number(1) + "k" + number(2) + "{}" + number(1) +
                               number(1) + "a" + number(0);
  EXPECT_EQ(canonical_bytes(view_of(record)), expected);
  const std::string first = next_head("", expected);
  EXPECT_EQ(first, sha256_hex(expected));
  const Digest raw = sha256(expected);
  const std::string former(raw.begin(), raw.end());
  EXPECT_EQ(next_head(first, expected), sha256_hex(former + expected));
}

TEST(Segment, EveryFieldIsPartOfTheChain) {
  const EvidenceRecord base = evidence_records(10, 12).back();
  const std::string head = next_head("", canonical_bytes(view_of(base)));
  const std::function<void(EvidenceRecord&)> changes[] = {
      [](EvidenceRecord& r) { r.offset += 1; },
      [](EvidenceRecord& r) { r.append_time_ms += 1; },
      [](EvidenceRecord& r) { r.received_ms += 1; },
      [](EvidenceRecord& r) { r.content_type = ContentType::Hj212; },
      [](EvidenceRecord& r) { r.tombstone = !r.tombstone; },
      [](EvidenceRecord& r) { r.key += "x"; },
      [](EvidenceRecord& r) { r.payload += '\0'; },
      [](EvidenceRecord& r) { r.headers.emplace_back("", ""); },
      [](EvidenceRecord& r) { std::swap(r.key, r.payload); },
  };
  int index = 0;
  for (const auto& change : changes) {
    EvidenceRecord changed = base;
    change(changed);
    EXPECT_NE(next_head("", canonical_bytes(view_of(changed))), head) << "change " << index++;
  }
}

TEST(Segment, AnyDamagedByteIsNoticed) {
  const std::vector<EvidenceRecord> records = evidence_records(5, 12);
  const std::string content = packed("", records);
  const std::string head = read_segment(content)->head;
  for (std::size_t i = 0; i < content.size(); ++i) {
    for (const int flip : {1, 128}) {
      std::string damaged = content;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      const Result<Segment, SegmentFault> read = read_segment(damaged);
      const bool same = read.has_value() && read->records == records && read->head == head;
      // A bit of the frame header may have no meaning; then nothing else may have changed.
      EXPECT_TRUE(!read.has_value() || same) << "byte " << i;
    }
  }
  for (std::size_t size = 0; size < content.size(); ++size) {
    EXPECT_FALSE(read_segment(content.substr(0, size)).has_value()) << "cut at " << size;
  }
}

TEST(Segment, TextsThatAreNoSegment) {
  using namespace std::string_literals;
  for (const std::string& text : {""s, "P"s, "PWS1"s, "PWS2xxxx"s, "PWS1garbage garbage"s}) {
    EXPECT_FALSE(read_segment(text).has_value()) << text;
  }
  EXPECT_EQ(read_segment("other").error().error, SegmentError::NotASegment);
}

TEST(SegmentDeathTest, MisuseIsABug) {
  const std::vector<EvidenceRecord> records = evidence_records(5, 2);
  EXPECT_DEATH(SegmentBuilder("no head"), "invariant broken");
  SegmentBuilder builder("");
  builder.add(view_of(records[1]));
  EXPECT_DEATH(builder.add(view_of(records[0])), "invariant broken") << "offsets must rise";
  builder.finish();
  EXPECT_DEATH(builder.finish(), "invariant broken");
}

}  // namespace
}  // namespace parkwatch
