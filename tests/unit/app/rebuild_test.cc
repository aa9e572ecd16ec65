// One changed byte anywhere in a small store is found and named.
#include "app/rebuild.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/versions.h"
#include "storage/evidence.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;

std::string report(const std::string& hour, const std::string& value, const std::string& received) {
  return reading("hour", hour, received,
                 R"({"a21026":{"value":)" + value + R"(,"flag":"N"},"a00000":{"value":10}})");
}

/// A store in which every compared table has rows: an exceedance, late and contradicted values, a
/// range finding, a gap of mass, a dead letter, a device that nobody knows, a project that was
/// begun without an approval, a mark.
class RebuildTest : public testing::Test {
 protected:
  RebuildTest() {
    world_.feed({report("2026-03-14T12:00:00Z", "50", "2026-03-14T13:00:00Z"),
                 report("2026-03-14T13:00:00Z", "-1", "2026-03-14T14:00:00Z"),
                 report("2026-03-14T14:00:00Z", "60", "2026-03-14T15:00:00Z"),
                 report("2026-03-14T15:00:00Z", "-1", "2026-03-14T16:00:00Z"), "{",
                 reading("hour", "2026-03-14T15:00:00Z", "2026-03-14T16:00:01Z",
                         R"({"a21026":{"value":1}})", "NOBODY")});
    world_.feed({R"({"type":"milestone","source":"eia","id":"m1","park":"p1","project":"pr1",)"
                 R"("act":"construction_start","time":"2026-03-09T00:00:00Z",)"
                 R"("received":"2026-03-14T16:00:02Z"})"});
    world_.tick("2026-03-14T16:10:00Z");
    world_.feed({report("2026-03-14T15:00:00Z", "70", "2026-03-14T18:00:00Z"),
                 report("2026-03-14T14:00:00Z", "40", "2026-03-14T18:00:30Z")});
    world_.feed({report("2026-03-14T17:00:00Z", "30", "2026-03-14T18:01:00Z"),
                 R"({"type":"mark","source":"portal","id":"k1","park":"p1","outlet":"air1",)"
                 R"("scheme":"thermal-power","mark":"stop","author":"Li",)"
                 R"("from":"2026-03-14T16:00:00Z","to":"2026-03-14T16:30:00Z",)"
                 R"("received":"2026-03-14T18:02:00Z"})"});
    world_.tick("2026-03-14T18:20:00Z");
    world_.settle_clusters();
    rebuild(*world_.store, rebuilt_, world_.plan, Decoder::Options{});
  }

  Store& store() { return *world_.store; }

  void replace(const Change& from, const Change& to) {
    Commit commit;
    commit.changes = {from, to};
    commit.changes.front().erase = true;
    store().commit(commit);
  }

  World world_{{{"projects.csv", "id,enterprise,name,valid_from,valid_to\npr1,e1,Project,,\n"}}};
  MemoryStore rebuilt_;
};

Cell changed(const Column& column, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return column.type == ColumnType::Boolean ? 1 - *number : *number + 1;
  }
  const auto* text = std::get_if<std::string>(&cell);
  const bool textual = column.type == ColumnType::Text || column.type == ColumnType::Blob;
  if (text == nullptr) return textual ? Cell(std::string("x")) : Cell(std::int64_t{1});
  if (text->empty()) return std::string("x");
  std::string other = *text;
  other.back() = static_cast<char>(other.back() ^ 1);
  return other;
}

TEST_F(RebuildTest, AnUntouchedStoreIsWhatItsEvidenceGives) {
  const RowAudit audit = compare_rebuilt(store(), rebuilt_);
  EXPECT_EQ(audit.differing, 0);
  EXPECT_TRUE(audit.left.empty());
  for (const Table& table : tables()) {
    if (!table.compared) continue;
    EXPECT_FALSE(world_.rows(table.id).empty()) << table.name;
  }
}

TEST_F(RebuildTest, EveryChangedCellIsNamedByTableAndKey) {
  std::size_t tried = 0;
  for (const Table& table : tables()) {
    if (!table.compared || table.id == TableId::Park) continue;
    for (const Row& row : world_.rows(table.id)) {
      for (std::size_t column = 0; column < row.size(); ++column) {
        if (table.columns[column].audit) continue;
        Row other = row;
        other[column] = changed(table.columns[column], row[column]);
        replace({table.id, row}, {table.id, other});
        const RowAudit audit = compare_rebuilt(store(), rebuilt_);
        ASSERT_EQ(audit.faults.size(), 1U) << table.name << " " << history_key(table.id, row);
        const RowFault& fault = audit.faults.front();
        EXPECT_EQ(fault.table, table.name);
        EXPECT_TRUE(fault.key == history_key(table.id, row) ||
                    fault.key == history_key(table.id, other))
            << fault.key;
        if (column >= table.key_columns) {
          EXPECT_THAT(fault.reason, HasSubstr(table.columns[column].name));
        }
        replace({table.id, other}, {table.id, row});
        ++tried;
      }
    }
  }
  EXPECT_EQ(compare_rebuilt(store(), rebuilt_).differing, 0) << "each was put back";
  EXPECT_GT(tried, 500U);
}

TEST_F(RebuildTest, AChangedParkTimeOrAPartTooManyIsNamed) {
  const Row park = world_.rows(TableId::Park, {std::string("p1")}).front();
  Commit commit;
  commit.parks = {{"p1", std::get<std::int64_t>(park[2]), std::get<std::int64_t>(park[1]) + 1},
                  {"p2", 0, 1}};
  store().commit(commit);
  const RowAudit audit = compare_rebuilt(store(), rebuilt_);
  EXPECT_EQ(audit.differing, 2);
  EXPECT_EQ(audit.faults.front().key, "p1");
  EXPECT_THAT(audit.faults.front().reason, HasSubstr("time is"));
}

TEST_F(RebuildTest, EveryChangedByteOfASegmentIsNamedByItsOffset) {
  std::size_t tried = 0;
  for (const Row& row : world_.rows(TableId::Segment)) {
    const std::int64_t first = std::get<std::int64_t>(row[2]);
    const std::int64_t next = std::get<std::int64_t>(row[3]);
    for (const std::size_t column : {std::size_t{4}, std::size_t{5}}) {
      for (std::size_t byte = 0; byte < std::get<std::string>(row[column]).size(); ++byte) {
        Row other = row;
        char& at = std::get<std::string>(other[column])[byte];
        at = static_cast<char>(at ^ 1);
        replace({TableId::Segment, row}, {TableId::Segment, other});
        const EvidenceAudit audit = verify_evidence(store());
        ASSERT_EQ(audit.faults.size(), 1U) << "column " << column << ", byte " << byte;
        EXPECT_GE(audit.faults.front().offset, first);
        EXPECT_LT(audit.faults.front().offset, next);
        replace({TableId::Segment, other}, {TableId::Segment, row});
        ++tried;
      }
    }
  }
  EXPECT_TRUE(verify_evidence(store()).faults.empty()) << "each was put back";
  EXPECT_GT(tried, 500U);
}

TEST_F(RebuildTest, AChangedHeadInProgressIsNamed) {
  const PartitionState& at = world_.state;
  for (std::size_t byte = 0; byte < at.chain_head.size(); ++byte) {
    std::string other = at.chain_head;
    other[byte] = other[byte] == '0' ? '1' : '0';
    for (const std::string& head : {other, at.chain_head}) {
      Commit commit;
      commit.move = PartitionMove{at.id, at.epoch, at.next_offset, at.next_offset, head, {}};
      store().commit(commit);
      const EvidenceAudit audit = verify_evidence(store());
      ASSERT_EQ(audit.faults.size(), head == at.chain_head ? 0U : 1U);
      if (audit.faults.empty()) continue;
      EXPECT_EQ(audit.faults.front().offset, at.next_offset);
    }
  }
}

TEST_F(RebuildTest, AChangedOffsetInProgressIsNamed) {
  const PartitionState& at = world_.state;
  Commit commit;
  commit.move =
      PartitionMove{at.id, at.epoch, at.next_offset, at.next_offset + 1, at.chain_head, {}};
  store().commit(commit);
  ASSERT_EQ(verify_evidence(store()).faults.size(), 1U);
  EXPECT_EQ(verify_evidence(store()).faults.front().offset, at.next_offset);
}

TEST_F(RebuildTest, ADepositedHeadIsFoundAtAnyOffsetAndAnotherOneIsNamed) {
  const std::vector<DepositedHead> present = present_heads(store());
  ASSERT_EQ(present.size(), 1U);
  EXPECT_EQ(verify_evidence(store(), present).heads, 1);
  const std::optional<DepositedHead> read = parse_head(head_text(present.front()));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->head, present.front().head);
  DepositedHead inside = present.front();
  RecordChain chain("");
  for (const EvidenceRecord& record : read_segment_records(store(), inside.at.first, 0)) {
    if (record.offset < 2) chain.add(canonical_bytes(view_of(record)));
  }
  inside.at.second = 2;
  inside.head = chain.head();
  EXPECT_EQ(verify_evidence(store(), std::span(&inside, 1)).heads, 1);
  inside.at.second = 3;
  ASSERT_EQ(verify_evidence(store(), std::span(&inside, 1)).faults.size(), 1U);
  EXPECT_EQ(verify_evidence(store(), std::span(&inside, 1)).faults.front().offset, 3);
  inside.at.second = 1'000;
  EXPECT_THAT(verify_evidence(store(), std::span(&inside, 1)).faults.front().reason,
              HasSubstr("the log ends before"));
  EXPECT_FALSE(parse_head("input/0@5=abc").has_value());
  EXPECT_FALSE(parse_head("input@5").has_value());
}

TEST_F(RebuildTest, WhatIsStillOwedIsSaidInsteadOfCompared) {
  Commit commit;
  commit.changes.push_back(
      {TableId::Rejudge,
       {std::string("p1"), std::int64_t{0}, std::int64_t{1}, std::int64_t{0}, std::string("rule")},
       false});
  store().commit(commit);
  EXPECT_THAT(compare_rebuilt(store(), rebuilt_).left.front(), HasSubstr("to be judged again"));
}

}  // namespace
}  // namespace parkwatch
