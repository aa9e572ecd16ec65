#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/segment.h"
#include "storage/store.h"

namespace parkwatch {

/// A segment of the store can not be read; the message names its place.
struct DamagedEvidence : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Every stored raw record, by topic, partition and offset. Throws DamagedEvidence.
void read_evidence(Store& store,
                   const std::function<void(const PartitionId&, const EvidenceRecord&)>& sink);

/// The stored records at these offsets, those that the store holds.
void read_evidence_at(Store& store, const std::map<PartitionId, std::set<std::int64_t>>& wanted,
                      const std::function<void(const PartitionId&, const EvidenceRecord&)>& sink);

/// The records of the segment that begins there; none when there is no such segment. Throws
/// DamagedEvidence.
std::vector<EvidenceRecord> read_segment_records(Store& store, const PartitionId& id,
                                                 std::int64_t first_offset);

/// A place in the log: everything of the partition before the offset.
using Position = std::pair<PartitionId, std::int64_t>;
/// TOPIC/PARTITION@OFFSET and back; nothing for any other text.
std::string position_text(const Position& position);
std::optional<Position> parse_position(std::string_view text);

/// The chain's head at a place, noted elsewhere.
struct DepositedHead {
  Position at;
  std::string head;  // hexadecimal
};
/// TOPIC/PARTITION@OFFSET=HEX and back.
std::string head_text(const DepositedHead& head);
std::optional<DepositedHead> parse_head(std::string_view text);

/// The present head of every partition that has one.
std::vector<DepositedHead> present_heads(Store& store);

/// The first entry of a partition that is not what was stored, or the place where entries are
/// missing.
struct EvidenceFault {
  PartitionId id;
  std::int64_t offset = 0;
  std::string reason;
};

struct EvidenceAudit {
  std::int64_t segments = 0;
  std::int64_t records = 0;
  std::int64_t heads = 0;             // deposited ones that were found
  bool from_the_start = true;         // false where a partition's first records lie elsewhere
  std::vector<EvidenceFault> faults;  // at most one per partition: after it nothing can be said
};

/// Computes the hash chain of every partition anew from the stored records and compares it with the
/// heads beside the segments, with the partition's progress and with `deposited` ones. A partition
/// whose first segments were taken out is verified from a deposited head on. `progress` is told the
/// totals after each segment.
EvidenceAudit verify_evidence(Store& store, std::span<const DepositedHead> deposited = {},
                              const std::function<void(const EvidenceAudit&)>& progress = {});

}  // namespace parkwatch
