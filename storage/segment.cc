#include "storage/segment.h"

#include <zstd.h>

#include <array>

#include "model/check.h"
#include "storage/packed_fields.h"

namespace parkwatch {

namespace {

// Content: the mark, the SHA-256 of the rest, then a zstd frame of
//   head before (text) · per record: length (8) · canonical bytes · first 4 bytes of the head after
//   it.
// The head's bytes beside each record name the first record that was changed; what makes the chain
// hard to forge is the whole head in the segment's row and in the next segment.
// Not every bit of a zstd frame counts when it is unpacked; the digest makes each one count.
constexpr std::string_view mark = "PWS2";
constexpr std::size_t prefix_size = mark.size() + sizeof(Digest);
constexpr std::size_t witness_size = 4;
constexpr int compression_level = 3;
/// Far above any batch; a damaged length must not take the memory.
constexpr unsigned long long unpacked_bytes_max = 1ULL << 30;

std::optional<EvidenceRecord> parse_canonical(std::string_view canonical) {
  FieldReader reader(canonical);
  EvidenceRecord record;
  record.offset = reader.number();
  record.append_time_ms = reader.number();
  record.received_ms = reader.number();
  const std::int64_t content_type = reader.number();
  const std::int64_t tombstone = reader.number();
  record.key = reader.text();
  record.payload = reader.text();
  const std::int64_t headers = reader.number();
  for (std::int64_t i = 0; i < headers && reader.ok(); ++i) {
    const std::string_view name = reader.text();
    record.headers.emplace_back(name, reader.text());
  }
  const bool known = content_type >= 0 && content_type <= 2 && (tombstone == 0 || tombstone == 1);
  if (!reader.ok() || !reader.at_end() || !known || headers < 0) return std::nullopt;
  record.content_type = static_cast<ContentType>(content_type);
  record.tombstone = tombstone == 1;
  return record;
}

bool is_head(std::string_view head) {
  return head.empty() || (head.size() == 64 &&
                          head.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

Digest unhex(std::string_view head) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(value(head[2 * i]) * 16 + value(head[2 * i + 1]));
  }
  return digest;
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<std::string> unpack(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return std::nullopt;
  if (size > unpacked_bytes_max) return std::nullopt;
  std::string body(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(body.data(), body.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != body.size()) return std::nullopt;
  return body;
}

}  // namespace

std::string_view to_text(SegmentError error) {
  switch (error) {
    case SegmentError::NotASegment:
      return "not_a_segment";
    case SegmentError::Damaged:
      return "damaged";
    case SegmentError::BrokenChain:
      return "broken_chain";
  }
  return {};
}

EvidenceRecord evidence_of(const RecordView& record) {
  EvidenceRecord evidence;
  evidence.offset = record.offset;
  evidence.append_time_ms = record.append_time_ms;
  evidence.received_ms = record.received_ms;
  evidence.content_type = record.content_type;
  evidence.tombstone = record.tombstone;
  evidence.key = record.key;
  evidence.payload = record.payload;
  for (const auto& [name, value] : record.headers) evidence.headers.emplace_back(name, value);
  return evidence;
}

void append_canonical(std::string& bytes, const RecordView& record) {
  append_number(bytes, record.offset);
  append_number(bytes, record.append_time_ms);
  append_number(bytes, record.received_ms);
  append_number(bytes, static_cast<std::int64_t>(record.content_type));
  append_number(bytes, record.tombstone ? 1 : 0);
  append_text(bytes, record.key);
  append_text(bytes, record.payload);
  append_number(bytes, static_cast<std::int64_t>(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    append_text(bytes, name);
    append_text(bytes, value);
  }
}

RecordView view_of(const EvidenceRecord& record) {
  RecordView view;
  view.offset = record.offset;
  view.append_time_ms = record.append_time_ms;
  view.received_ms = record.received_ms;
  view.content_type = record.content_type;
  view.tombstone = record.tombstone;
  view.key = record.key;
  view.payload = record.payload;
  for (const auto& [name, value] : record.headers) view.headers.emplace_back(name, value);
  return view;
}

std::string canonical_bytes(const RecordView& record) {
  std::string bytes;
  append_canonical(bytes, record);
  return bytes;
}

RecordChain::RecordChain(std::string_view head) {
  check(is_head(head));
  if (!head.empty()) head_ = unhex(head);
}

void RecordChain::add(std::string_view canonical) {
  if (head_) hash_.add(bytes_of(*head_));
  hash_.add(canonical);
  head_ = hash_.finish();
}

std::string RecordChain::head() const {
  return head_ ? hex(*head_) : std::string();
}

std::string_view RecordChain::witness() const {
  check(head_.has_value());
  return bytes_of(*head_).substr(0, witness_size);
}

SegmentBuilder::SegmentBuilder(std::string_view head) : chain_(head) {
  append_text(body_, head);
}

void SegmentBuilder::add(const RecordView& record) {
  check(!finished_ && record.offset > last_offset_);
  last_offset_ = record.offset;
  const std::size_t length_at = body_.size();
  append_number(body_, 0);
  const std::size_t begin = body_.size();
  append_canonical(body_, record);
  const std::string_view canonical = std::string_view(body_).substr(begin);
  const std::array<char, 8> length = number_bytes(static_cast<std::int64_t>(canonical.size()));
  chain_.add(canonical);
  body_.replace(length_at, length.size(), length.data(), length.size());
  body_.append(chain_.witness());
  count_ += 1;
}

std::string SegmentBuilder::finish() {
  check(!finished_);
  finished_ = true;
  std::string content(prefix_size + ZSTD_compressBound(body_.size()), '\0');
  content.replace(0, mark.size(), mark);
  const std::size_t size = ZSTD_compress(content.data() + prefix_size, content.size() - prefix_size,
                                         body_.data(), body_.size(), compression_level);
  check(ZSTD_isError(size) == 0);
  content.resize(prefix_size + size);
  const Digest digest = sha256(std::string_view(content).substr(prefix_size));
  content.replace(mark.size(), digest.size(), bytes_of(digest));
  return content;
}

Result<Segment, SegmentFault> read_segment(std::string_view content) {
  if (!content.starts_with(mark) || content.size() < prefix_size) {
    return Unexpected{SegmentFault{SegmentError::NotASegment, -1}};
  }
  const std::optional<std::string> body = unpack(content.substr(prefix_size));
  if (!body) return Unexpected{SegmentFault{SegmentError::Damaged, -1}};
  FieldReader reader(*body);
  Segment segment;
  segment.head_before = reader.text();
  if (!reader.ok() || !is_head(segment.head_before)) {
    return Unexpected{SegmentFault{SegmentError::Damaged, -1}};
  }
  RecordChain chain(segment.head_before);
  while (!reader.at_end()) {
    const std::string_view canonical = reader.text();
    const std::string_view witness = reader.bytes(witness_size);
    std::optional<EvidenceRecord> record = parse_canonical(canonical);
    const std::int64_t last = segment.records.empty() ? -1 : segment.records.back().offset;
    if (!reader.ok() || !record) return Unexpected{SegmentFault{SegmentError::Damaged, last + 1}};
    chain.add(canonical);
    if (witness != chain.witness() || record->offset <= last) {
      return Unexpected{SegmentFault{SegmentError::BrokenChain, record->offset}};
    }
    segment.records.push_back(std::move(*record));
  }
  const Digest digest = sha256(content.substr(prefix_size));
  if (content.substr(mark.size(), digest.size()) != bytes_of(digest)) {
    return Unexpected{SegmentFault{SegmentError::Damaged, -1}};
  }
  segment.head = chain.head();
  return segment;
}

}  // namespace parkwatch
