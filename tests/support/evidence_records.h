#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "storage/segment.h"

namespace parkwatch {

/// Records of every sort: with and without stamps, keys, payloads and headers, tombstones, raw
/// bytes.
inline std::vector<EvidenceRecord> evidence_records(std::int64_t first_offset, std::size_t count) {
  std::vector<EvidenceRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t offset = first_offset + static_cast<std::int64_t>(i * (1 + i % 2));
    EvidenceRecord record;
    record.offset = records.empty() ? offset : std::max(offset, records.back().offset + 1);
    record.append_time_ms = i % 7 == 6 ? -1 : 1'773'540'000'000 + record.offset;
    record.received_ms = i % 3 == 0 ? -1 : record.append_time_ms - 20;
    record.content_type = static_cast<ContentType>(i % 3);
    record.tombstone = i % 5 == 4;
    if (i % 4 != 3) record.key = "park-" + std::to_string(i % 4);
    if (!record.tombstone) record.payload = std::string(i, static_cast<char>(i));
    for (std::size_t header = 0; header < i % 3; ++header) {
      record.headers.emplace_back("name" + std::to_string(header), std::string(header, '\0'));
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace parkwatch
