#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/record.h"
#include "model/result.h"
#include "storage/digest.h"

namespace parkwatch {

/// A raw record as the broker handed it over, kept as evidence.
struct EvidenceRecord {
  std::int64_t offset = 0;
  std::int64_t append_time_ms = 0;
  std::int64_t received_ms = -1;  // -1: no stamp
  ContentType content_type = ContentType::Unknown;
  bool tombstone = false;
  std::string key;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers;
  friend bool operator==(const EvidenceRecord&, const EvidenceRecord&) = default;
};

EvidenceRecord evidence_of(const RecordView& record);
/// The view of an evidence record; valid while the record is. Only what the record's bytes say:
/// members that are read from headers keep what was stored with it.
RecordView view_of(const EvidenceRecord& record);

/// A record as the bytes that the chain is made of: every field, numbers in 8 bytes with the lowest
/// first, texts and the list of headers after their length.
std::string canonical_bytes(const RecordView& record);

/// Appends the canonical bytes of a record.
void append_canonical(std::string& bytes, const RecordView& record);

/// The hash chain over records: head = SHA-256(former head's 32 bytes, then the record's canonical
/// bytes), the first record after nothing. So the head at an offset does not depend on how the
/// records were cut into segments. Heads are written in hexadecimal; empty before the first record.
class RecordChain {
 public:
  /// `head`: empty or 64 hexadecimal digits (else a bug).
  explicit RecordChain(std::string_view head);
  void add(std::string_view canonical);
  /// In hexadecimal; empty before the first record of all.
  std::string head() const;
  /// Its first bytes, which a segment keeps beside each record. Only after a record.
  std::string_view witness() const;

 private:
  std::optional<Digest> head_;
  Sha256 hash_;
};

/// Packs the raw records of one batch, in offset order, into the content of a segment row.
class SegmentBuilder {
 public:
  /// Continues the chain at `head`: empty or 64 hexadecimal digits (else a bug).
  explicit SegmentBuilder(std::string_view head);
  void add(const RecordView& record);
  /// The head after the records so far.
  std::string head() const { return chain_.head(); }
  std::size_t size() const { return count_; }
  /// The compressed content. Nothing may be added afterwards.
  std::string finish();

 private:
  RecordChain chain_;
  std::string body_;
  std::int64_t last_offset_ = -1;
  std::size_t count_ = 0;
  bool finished_ = false;
};

enum class SegmentError : std::uint8_t {
  NotASegment,  // another format, or cut short
  Damaged,      // does not unpack
  BrokenChain,  // a record is not the one that was packed
};
std::string_view to_text(SegmentError error);

/// Where a segment is bad: the first offset from which it can not be trusted, -1 if not known.
struct SegmentFault {
  SegmentError error;
  std::int64_t offset = -1;
};

struct Segment {
  std::string head_before;  // as the builder was given it
  std::string head;         // computed anew from the records
  std::vector<EvidenceRecord> records;
};

/// Unpacks a segment and checks its own chain, record by record.
Result<Segment, SegmentFault> read_segment(std::string_view content);

}  // namespace parkwatch
