#include "storage/evidence.h"

#include <map>
#include <optional>

namespace parkwatch {

namespace {

/// A row of the table segment.
struct SegmentRow {
  PartitionId id;
  std::int64_t first_offset;
  std::int64_t next_offset;
  std::string chain_head;
  const std::string& content;
};

const std::string& text_of(const Cell& cell) {
  static const std::string none;
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? none : *text;
}

std::int64_t number_of(const Cell& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? -1 : *number;
}

PartitionId partition_of(const Row& row) {
  return {text_of(row[0]), static_cast<std::int32_t>(number_of(row[1]))};
}

void each_segment(Store& store, const std::function<void(const SegmentRow&)>& sink) {
  store.scan(TableId::Segment, {}, {}, 0, [&](const Row& row) {
    sink({partition_of(row), number_of(row[2]), number_of(row[3]), text_of(row[4]),
          text_of(row[5])});
  });
}

/// How far a partition was found good.
struct Verified {
  std::string head;
  std::int64_t next_offset = -1;
  bool faulty = false;
};

/// The first bad entry of a segment that should follow what was verified so far.
std::optional<EvidenceFault> fault_of(const SegmentRow& row, const Verified& before,
                                      const Result<Segment, SegmentFault>& segment) {
  const auto fault = [&](std::int64_t offset, std::string reason) {
    return EvidenceFault{row.id, offset, std::move(reason)};
  };
  if (row.first_offset < before.next_offset) {
    return fault(row.first_offset, "the segment overlaps the one before");
  }
  if (!segment.has_value()) {
    const SegmentFault& found = segment.error();
    return fault(std::max(found.offset, row.first_offset), std::string(to_text(found.error)));
  }
  if (segment->head_before != before.head) {
    return fault(row.first_offset,
                 "it does not continue the record before: one is missing or changed");
  }
  for (const EvidenceRecord& record : segment->records) {
    if (record.offset < row.first_offset || record.offset >= row.next_offset) {
      return fault(record.offset, "the record does not belong to its segment");
    }
  }
  if (segment->head != row.chain_head) {
    return fault(row.first_offset, "the records do not give the segment's chain head");
  }
  return std::nullopt;
}

/// The end of a partition: what its progress row says must have been found.
std::optional<EvidenceFault> fault_at_end(const PartitionId& id, const Verified& found,
                                          std::int64_t next_offset, const std::string& head) {
  if (found.head == head) return std::nullopt;
  const std::int64_t offset = found.next_offset < 0 ? next_offset : found.next_offset;
  return EvidenceFault{id, offset,
                       found.next_offset < 0
                           ? "all records before this offset are missing"
                           : "records from this offset on are missing or changed"};
}

}  // namespace

namespace {

using EvidenceSink = std::function<void(const PartitionId&, const EvidenceRecord&)>;

void unpack(const SegmentRow& row, const EvidenceSink& sink) {
  const Result<Segment, SegmentFault> segment = read_segment(row.content);
  if (!segment.has_value()) {
    throw DamagedEvidence("the evidence of " + row.id.topic + "/" +
                          std::to_string(row.id.partition) + " from offset " +
                          std::to_string(row.first_offset) +
                          " can not be read; see `parkwatch audit verify`");
  }
  for (const EvidenceRecord& record : segment->records) sink(row.id, record);
}

}  // namespace

void read_evidence(Store& store, const EvidenceSink& sink) {
  each_segment(store, [&](const SegmentRow& row) { unpack(row, sink); });
}

void read_evidence_at(Store& store, const std::map<PartitionId, std::set<std::int64_t>>& wanted,
                      const EvidenceSink& sink) {
  each_segment(store, [&](const SegmentRow& row) {
    const auto found = wanted.find(row.id);
    if (found == wanted.end()) return;
    const auto first = found->second.lower_bound(row.first_offset);
    if (first == found->second.end() || *first >= row.next_offset) return;
    unpack(row, [&](const PartitionId& id, const EvidenceRecord& record) {
      if (found->second.contains(record.offset)) sink(id, record);
    });
  });
}

EvidenceAudit verify_evidence(Store& store,
                              const std::function<void(const EvidenceAudit&)>& progress) {
  EvidenceAudit audit;
  std::map<PartitionId, Verified> partitions;
  each_segment(store, [&](const SegmentRow& row) {
    audit.segments += 1;
    Verified& verified = partitions[row.id];
    if (verified.faulty) return;
    const Result<Segment, SegmentFault> segment = read_segment(row.content);
    if (std::optional<EvidenceFault> fault = fault_of(row, verified, segment)) {
      verified.faulty = true;
      audit.faults.push_back(std::move(*fault));
      return;
    }
    audit.records += static_cast<std::int64_t>(segment->records.size());
    verified.head = segment->head;
    verified.next_offset = row.next_offset;
    if (progress) progress(audit);
  });
  store.scan(TableId::Progress, {}, {}, 0, [&](const Row& row) {
    const PartitionId id = partition_of(row);
    const auto found = partitions.extract(id);
    const Verified verified = found.empty() ? Verified{} : found.mapped();
    if (verified.faulty) return;
    std::optional<EvidenceFault> fault =
        fault_at_end(id, verified, number_of(row[2]), text_of(row[4]));
    if (fault) audit.faults.push_back(std::move(*fault));
  });
  for (const auto& [id, verified] : partitions) {
    if (verified.faulty) continue;
    audit.faults.push_back({id, verified.next_offset, "the partition has no progress row"});
  }
  return audit;
}

}  // namespace parkwatch
