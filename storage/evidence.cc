#include "storage/evidence.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

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

/// What of a partition is being verified.
class PartitionAudit {
 public:
  PartitionAudit(PartitionId id, std::span<const DepositedHead> deposited) : id_(std::move(id)) {
    for (const DepositedHead& head : deposited) {
      if (head.at.first == id_) open_.push_back(head);
    }
  }

  /// False at the first bad entry; the totals then stay as they are.
  bool take(const SegmentRow& row, EvidenceAudit& audit) {
    if (fault_) return false;
    fault_ = fault_of(row, audit);
    return !fault_;
  }

  /// The end: what the progress row says must have been found.
  void end(std::int64_t next_offset, const std::string& head, EvidenceAudit& audit) {
    if (fault_) return;
    const bool none = next_offset_ < 0;
    if (head_ != head) {
      return fail(none ? next_offset : next_offset_,
                  none ? "all records before this offset are missing"
                       : "records from this offset on are missing or changed");
    }
    if (!none && next_offset_ != next_offset) {
      return fail(next_offset_,
                  "the progress row names another offset, " + std::to_string(next_offset));
    }
    for (const DepositedHead& one : open_) {
      if (one.at.second == next_offset && one.head == head_) {
        ++audit.heads;
      } else {
        return fail(one.at.second, one.at.second > next_offset
                                       ? "the log ends before the deposited head"
                                       : "the deposited head is another one");
      }
    }
  }
  void end_without_progress() {
    if (!fault_) fail(next_offset_, "the partition has no progress row");
  }
  const std::optional<EvidenceFault>& fault() const { return fault_; }

 private:
  void fail(std::int64_t offset, std::string reason) {
    fault_ = EvidenceFault{id_, offset, std::move(reason)};
  }

  /// The first bad entry of a segment that should follow what was verified so far.
  std::optional<EvidenceFault> fault_of(const SegmentRow& row, EvidenceAudit& audit) {
    const auto fault = [&](std::int64_t offset, std::string reason) {
      return EvidenceFault{row.id, offset, std::move(reason)};
    };
    if (row.first_offset < next_offset_) {
      return fault(row.first_offset, "the segment overlaps the one before");
    }
    const Result<Segment, SegmentFault> segment = read_segment(row.content);
    if (!segment.has_value()) {
      const SegmentFault& found = segment.error();
      // A damaged record may name any offset; the fault lies within its segment.
      const std::int64_t last = std::max(row.first_offset, row.next_offset - 1);
      return fault(std::clamp(found.offset, row.first_offset, last),
                   std::string(to_text(found.error)));
    }
    if (segment->head_before != head_ && !starts_at_deposit(row, *segment)) {
      return fault(row.first_offset,
                   "it does not continue the record before: one is missing or changed");
    }
    if (segment->head_before != head_) audit.from_the_start = false;
    head_ = segment->head_before;
    for (const EvidenceRecord& record : segment->records) {
      if (record.offset < row.first_offset || record.offset >= row.next_offset) {
        return fault(record.offset, "the record does not belong to its segment");
      }
    }
    if (segment->head != row.chain_head) {
      return fault(row.first_offset, "the records do not give the segment's chain head");
    }
    if (const std::optional<std::int64_t> other = check_deposits(row, *segment, audit)) {
      return fault(*other, "the deposited head is another one");
    }
    audit.records += static_cast<std::int64_t>(segment->records.size());
    head_ = segment->head;
    next_offset_ = row.next_offset;
    return std::nullopt;
  }

  bool starts_at_deposit(const SegmentRow& row, const Segment& segment) const {
    return next_offset_ < 0 && std::any_of(open_.begin(), open_.end(), [&](const auto& one) {
             return one.head == segment.head_before && one.at.second <= row.first_offset;
           });
  }

  /// The offset of the first deposited head up to the segment's end that is another one.
  std::optional<std::int64_t> check_deposits(const SegmentRow& row, const Segment& segment,
                                             EvidenceAudit& audit) {
    for (auto at = open_.begin(); at != open_.end();) {
      if (at->at.second > row.next_offset) {
        ++at;
        continue;
      }
      RecordChain chain(head_);
      for (const EvidenceRecord& record : segment.records) {
        if (record.offset < at->at.second) chain.add(canonical_bytes(view_of(record)));
      }
      if (chain.head() != at->head) return at->at.second;
      ++audit.heads;
      at = open_.erase(at);
    }
    return std::nullopt;
  }

  PartitionId id_;
  std::vector<DepositedHead> open_;  // not met yet
  std::string head_;
  std::int64_t next_offset_ = -1;
  std::optional<EvidenceFault> fault_;
};

[[noreturn]] void refuse_segment(const PartitionId& id, std::int64_t first_offset) {
  throw DamagedEvidence("the evidence of " + id.topic + "/" + std::to_string(id.partition) +
                        " from offset " + std::to_string(first_offset) +
                        " can not be read; see `parkwatch audit verify`");
}

using EvidenceSink = std::function<void(const PartitionId&, const EvidenceRecord&)>;

void unpack(const SegmentRow& row, const EvidenceSink& sink) {
  const Result<Segment, SegmentFault> segment = read_segment(row.content);
  if (!segment.has_value()) refuse_segment(row.id, row.first_offset);
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

std::vector<EvidenceRecord> read_segment_records(Store& store, const PartitionId& id,
                                                 std::int64_t first_offset) {
  std::vector<EvidenceRecord> records;
  const Key key{id.topic, std::int64_t{id.partition}, first_offset};
  store.read(TableId::Segment, std::span(&key, 1), [&](const Row& row) {
    Result<Segment, SegmentFault> segment = read_segment(text_of(row[5]));
    if (!segment.has_value()) refuse_segment(id, first_offset);
    records = std::move(segment->records);
  });
  return records;
}

std::string position_text(const Position& position) {
  return position.first.topic + "/" + std::to_string(position.first.partition) + "@" +
         std::to_string(position.second);
}

std::optional<Position> parse_position(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  const std::size_t at = text.rfind('@');
  if (slash == std::string_view::npos || at == std::string_view::npos || at < slash) {
    return std::nullopt;
  }
  Position position{{std::string(text.substr(0, slash)), 0}, 0};
  const auto number = [](std::string_view digits, auto& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  if (!number(text.substr(slash + 1, at - slash - 1), position.first.partition)) return {};
  if (!number(text.substr(at + 1), position.second)) return {};
  return position;
}

std::string head_text(const DepositedHead& head) {
  return position_text(head.at) + "=" + head.head;
}

std::optional<DepositedHead> parse_head(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::optional<Position> at = parse_position(text.substr(0, equals));
  const std::string_view head = text.substr(equals + 1);
  if (!at || head.size() != 64 ||
      head.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  return DepositedHead{*at, std::string(head)};
}

std::vector<DepositedHead> present_heads(Store& store) {
  std::vector<DepositedHead> heads;
  store.scan(TableId::Progress, {}, {}, 0, [&](const Row& row) {
    if (text_of(row[4]).empty()) return;
    heads.push_back({{partition_of(row), number_of(row[2])}, text_of(row[4])});
  });
  return heads;
}

EvidenceAudit verify_evidence(Store& store, std::span<const DepositedHead> deposited,
                              const std::function<void(const EvidenceAudit&)>& progress) {
  EvidenceAudit audit;
  std::map<PartitionId, PartitionAudit> partitions;
  const auto audit_of = [&](const PartitionId& id) -> PartitionAudit& {
    return partitions.try_emplace(id, id, deposited).first->second;
  };
  each_segment(store, [&](const SegmentRow& row) {
    audit.segments += 1;
    if (audit_of(row.id).take(row, audit) && progress) progress(audit);
  });
  for (const DepositedHead& head : deposited) audit_of(head.at.first);
  std::set<PartitionId> ended;
  store.scan(TableId::Progress, {}, {}, 0, [&](const Row& row) {
    const PartitionId id = partition_of(row);
    ended.insert(id);
    audit_of(id).end(number_of(row[2]), text_of(row[4]), audit);
  });
  for (auto& [id, partition] : partitions) {
    if (!ended.contains(id)) partition.end_without_progress();
    if (partition.fault()) audit.faults.push_back(*partition.fault());
  }
  return audit;
}

}  // namespace parkwatch
