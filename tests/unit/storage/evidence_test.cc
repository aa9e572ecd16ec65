#include "storage/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/memory_store.h"
#include "tests/support/evidence_records.h"
#include "tests/support/store_rows.h"

namespace parkwatch {
namespace {

constexpr std::size_t cut = 10;
const PartitionId first{"in", 0};
const PartitionId second{"in", 1};

struct Stored {
  Row row;
  std::vector<EvidenceRecord> records;
};

Row segment_row(const PartitionId& id, const std::string& head,
                const std::vector<EvidenceRecord>& records) {
  SegmentBuilder builder(head);
  for (const EvidenceRecord& record : records) builder.add(view_of(record));
  std::string content = builder.finish();
  return {id.topic,
          number(id.partition),
          number(records.front().offset),
          number(records.back().offset + 1),
          builder.head(),
          std::move(content)};
}

/// Four segments for each of two partitions, committed as a worker does.
class EvidenceTest : public testing::Test {
 protected:
  EvidenceTest() {
    for (const PartitionId& id : {first, second}) {
      Checkpoint at = store_.claim(id);
      const std::vector<EvidenceRecord> records = evidence_records(100, 4 * cut);
      for (std::size_t begin = 0; begin < records.size(); begin += cut) {
        const auto from = records.begin() + static_cast<std::ptrdiff_t>(begin);
        const std::vector<EvidenceRecord> batch(from, from + cut);
        const Row row = segment_row(id, at.chain_head, batch);
        Commit commit = commit_of({put(TableId::Segment, row)});
        const std::int64_t next = std::get<std::int64_t>(row[3]);
        commit.move = PartitionMove{id, at.epoch, at.next_offset, next, text_at(row, 4), {}};
        store_.commit(commit);
        at.next_offset = next;
        at.chain_head = text_at(row, 4);
        stored_.push_back({row, batch});
      }
    }
  }

  static std::string text_at(const Row& row, std::size_t column) {
    return std::get<std::string>(row[column]);
  }
  void replace(const Row& row) { store_.commit(commit_of({put(TableId::Segment, row)})); }
  void erase(const Row& row) {
    store_.commit(commit_of({erased(TableId::Segment, Key(row.begin(), row.begin() + 3))}));
  }
  /// The one fault as "partition/offset reason".
  std::string only_fault() {
    const EvidenceAudit audit = verify_evidence(store_);
    if (audit.faults.size() != 1) return std::to_string(audit.faults.size()) + " faults";
    const EvidenceFault& fault = audit.faults.front();
    return std::to_string(fault.id.partition) + "/" + std::to_string(fault.offset) + " " +
           fault.reason;
  }

  MemoryStore store_;
  std::vector<Stored> stored_;  // four of the first partition, four of the second
};

TEST_F(EvidenceTest, UntouchedStoreVerifies) {
  std::int64_t told = 0;
  const EvidenceAudit audit =
      verify_evidence(store_, {}, [&](const EvidenceAudit& sofar) { told = sofar.records; });
  EXPECT_TRUE(audit.faults.empty());
  EXPECT_EQ(audit.segments, 8);
  EXPECT_EQ(audit.records, static_cast<std::int64_t>(8 * cut));
  EXPECT_EQ(told, audit.records);
  MemoryStore empty;
  empty.claim(first);
  EXPECT_TRUE(verify_evidence(empty).faults.empty());
}

TEST_F(EvidenceTest, RecordsAreReadInOrder) {
  std::vector<EvidenceRecord> expected;
  for (const Stored& each : stored_) {
    expected.insert(expected.end(), each.records.begin(), each.records.end());
  }
  std::vector<EvidenceRecord> found;
  read_evidence(store_,
                [&](const PartitionId&, const EvidenceRecord& record) { found.push_back(record); });
  EXPECT_EQ(found, expected);
}

TEST_F(EvidenceTest, ChangedByteOfARecordIsNamed) {
  // A body that compresses to nothing smaller keeps its bytes in view: change one of the payload.
  EvidenceRecord record = stored_[5].records.front();
  record.payload = "a reading that somebody will change";
  Row row = segment_row(second, "", {record});
  std::string content = text_at(row, 5);
  content[content.find("somebody")] = 'S';
  const Result<Segment, SegmentFault> read = read_segment(content);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().error, SegmentError::BrokenChain);
  EXPECT_EQ(read.error().offset, record.offset);
}

TEST_F(EvidenceTest, RewrittenSegmentIsNamed) {
  std::vector<EvidenceRecord> forged = stored_[1].records;
  forged[3].payload += "!";
  const Row row = segment_row(first, text_at(stored_[0].row, 4), forged);
  Row with_old_head = row;
  with_old_head[4] = stored_[1].row[4];
  replace(with_old_head);
  const std::string at = "0/" + std::to_string(forged.front().offset);
  EXPECT_EQ(only_fault(), at + " the records do not give the segment's chain head");
  replace(row);
  const std::string next = "0/" + std::to_string(stored_[2].records.front().offset);
  EXPECT_THAT(only_fault(), testing::StartsWith(next + " it does not continue"));
}

TEST_F(EvidenceTest, RewrittenLastSegmentContradictsTheProgress) {
  std::vector<EvidenceRecord> forged = stored_[7].records;
  forged[3].payload += "!";
  replace(segment_row(second, text_at(stored_[6].row, 4), forged));
  const std::string at = "1/" + std::to_string(forged.back().offset + 1);
  EXPECT_EQ(only_fault(), at + " records from this offset on are missing or changed");
}

TEST_F(EvidenceTest, MissingSegmentsAreNamed) {
  struct Case {
    const char* name;
    std::size_t erased;
    std::string fault;
  };
  const Case cases[] = {
      {"first", 0, "0/" + std::to_string(stored_[1].records.front().offset)},
      {"middle", 1, "0/" + std::to_string(stored_[2].records.front().offset)},
      {"last", 3, "0/" + std::to_string(stored_[2].records.back().offset + 1)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    erase(stored_[c.erased].row);
    EXPECT_THAT(only_fault(), testing::StartsWith(c.fault + " "));
    replace(stored_[c.erased].row);
  }
  for (std::size_t i = 0; i < 4; ++i) erase(stored_[i].row);
  const std::string end = "0/" + std::to_string(stored_[3].records.back().offset + 1);
  EXPECT_EQ(only_fault(), end + " all records before this offset are missing");
}

TEST_F(EvidenceTest, UnreadableSegmentIsNamed) {
  Row row = stored_[2].row;
  row[5] = text_at(row, 5).substr(0, 40);
  replace(row);
  EXPECT_EQ(only_fault(), "0/" + std::to_string(stored_[2].records.front().offset) + " damaged");
  EXPECT_THROW(read_evidence(store_, [](const PartitionId&, const EvidenceRecord&) {}),
               DamagedEvidence);
  row[5] = text("");
  replace(row);
  EXPECT_EQ(only_fault(),
            "0/" + std::to_string(stored_[2].records.front().offset) + " not_a_segment");
}

TEST_F(EvidenceTest, OverlapAndStraysAreNamed) {
  Row overlap = stored_[3].row;
  overlap[2] = number(std::get<std::int64_t>(stored_[2].row[2]) + 1);
  erase(stored_[3].row);
  replace(overlap);
  EXPECT_EQ(only_fault(), "0/" + std::to_string(std::get<std::int64_t>(overlap[2])) +
                              " the segment overlaps the one before");
  erase(overlap);
  Row narrow = stored_[3].row;
  narrow[3] = number(stored_[3].records.back().offset);
  replace(narrow);
  EXPECT_EQ(only_fault(), "0/" + std::to_string(stored_[3].records.back().offset) +
                              " the record does not belong to its segment");
}

TEST_F(EvidenceTest, FaultsOfEveryPartitionAreListed) {
  erase(stored_[0].row);
  erase(stored_[5].row);
  EXPECT_EQ(verify_evidence(store_).faults.size(), 2U);
}

TEST_F(EvidenceTest, SegmentsOfAnUnknownPartitionAreNamed) {
  replace(segment_row({"in", 7}, "", evidence_records(0, 3)));
  EXPECT_THAT(only_fault(), testing::EndsWith("the partition has no progress row"));
}

}  // namespace
}  // namespace parkwatch
