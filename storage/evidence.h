#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
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
  std::vector<EvidenceFault> faults;  // at most one per partition: after it nothing can be said
};

/// Computes the hash chain of every partition anew from the stored records and compares it with the
/// heads beside the segments and with the partition's progress. `progress` is told the totals after
/// each segment.
EvidenceAudit verify_evidence(Store& store,
                              const std::function<void(const EvidenceAudit&)>& progress = {});

}  // namespace parkwatch
