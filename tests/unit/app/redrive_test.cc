#include "app/redrive.h"

#include <gtest/gtest.h>

#include "app/rows.h"
#include "app/task.h"
#include "ingest/hj212/crc.h"
#include "ingest/record_headers.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

/// A log of records with headers, read by a task that keeps evidence.
class RedriveLog : public testing::Test {
 protected:
  void read(const std::vector<EvidenceRecord>& records, bool modbus = false) {
    Task task(*world_.store, world_.plan, decoder(modbus), Task::Options{});
    std::vector<RecordView> views;
    for (const EvidenceRecord& record : records) {
      RecordView view = view_of(record);
      view.offset = std::max<std::int64_t>(world_.state.next_offset, 0) +
                    static_cast<std::int64_t>(views.size());
      read_headers(view);
      views.push_back(std::move(view));
    }
    const Commit commit = task.step(world_.state, views);
    world_.store->commit(commit);
    world_.state.next_offset = commit.move->next_offset;
    world_.state.chain_head = commit.move->chain_head;
    world_.state.counters = commit.move->counters;
  }
  static Decoder::Options decoder(bool modbus) {
    Decoder::Options options;
    options.frames.modbus_crc = modbus;
    return options;
  }
  RedrivePlan plan(const RedriveChoice& choice = {}, bool modbus = false,
                   const std::set<std::string>& on_their_way = {}) {
    return plan_redrive(*world_.store, world_.plan, decoder(modbus), choice, on_their_way);
  }
  /// A record to send, as the broker hands it over after sending.
  static EvidenceRecord sent(const RedriveRecord& again) {
    EvidenceRecord record = again.record;
    record.headers = redrive_headers(again);
    record.append_time_ms = at("2026-04-01T00:00:00Z");
    return record;
  }

  World world_;
};

/// A minute report whose checksum is the plain MODBUS one.
EvidenceRecord frame(const std::string& value, std::int64_t append_ms) {
  const std::string segment =
      "QN=20260315091100000;ST=31;CN=2051;PW=123456;MN=AIR1;Flag=4;CP=&&DataTime=20260315091000;"
      "a21026-Avg=" +
      value + ",a21026-Flag=N&&";
  char digits[4];
  hj212::write_crc(hj212::modbus_crc(segment), digits);
  EvidenceRecord record;
  record.key = "p1";
  record.payload =
      "##0" + std::to_string(segment.size()) + segment + std::string(digits, 4) + "\r\n";
  record.append_time_ms = append_ms;
  record.headers = {{"content-type", "application/hj212"}};
  record.content_type = ContentType::Hj212;
  return record;
}

EvidenceRecord document(const std::string& text) {
  EvidenceRecord record;
  record.key = "p1";
  record.payload = text;
  record.append_time_ms = at("2026-03-15T02:00:00Z");
  return record;
}

TEST_F(RedriveLog, RefusesWhatWouldEndTheSameWay) {
  read({frame("20", at("2026-03-15T01:11:00Z")), document("no document")});
  const RedrivePlan now = plan();
  EXPECT_TRUE(now.send.empty());
  EXPECT_EQ(now.refused, (std::map<std::string, std::int64_t>{{"crc_mismatch", 1},
                                                              {"unknown_content_type", 1}}));
  RedriveChoice forced;
  forced.force = true;
  EXPECT_EQ(plan(forced).send.size(), 2U);
  const RedrivePlan fixed = plan({}, true);
  ASSERT_EQ(fixed.send.size(), 1U);
  EXPECT_EQ(fixed.send[0].reasons, (std::set<std::string>{"crc_mismatch"}));
  EXPECT_EQ(fixed.refused.size(), 1U);
}

TEST_F(RedriveLog, ChoosesByReasonAndTimeUpToABound) {
  for (int i = 10; i < 15; ++i) {
    read({frame(std::to_string(i), at("2026-03-15T01:" + std::to_string(i + 1) + ":00Z"))});
  }
  RedriveChoice choice;
  choice.reason = "no_key";
  EXPECT_TRUE(plan(choice, true).send.empty());
  choice.reason = "crc_mismatch";
  EXPECT_EQ(plan(choice, true).send.size(), 5U);
  choice.from_ms = at("2026-03-15T01:14:00Z");
  EXPECT_EQ(plan(choice, true).send.size(), 2U);
  choice.from_ms.reset();
  choice.records_max = 3;
  const RedrivePlan bounded = plan(choice, true);
  EXPECT_EQ(bounded.send.size(), 3U);
  EXPECT_EQ(bounded.beyond_bound, 2);
}

// The result is what it would have been: as if the record had been taken when it came.
TEST_F(RedriveLog, WhatComesAgainCountsAsReceivedWhenItWas) {
  const std::int64_t first = at("2026-03-15T01:11:00Z");
  const EvidenceRecord late = frame("20", first);
  read({late});
  read({frame("30", first - 1)}, true);  // the same minute, received before: must give way
  const RedrivePlan fixed = plan({}, true);
  ASSERT_EQ(fixed.send.size(), 1U);
  EXPECT_EQ(fixed.send[0].record.key, "p1");
  const EvidenceRecord again = sent(fixed.send[0]);
  EXPECT_EQ(again.headers, (std::vector<std::pair<std::string, std::string>>{
                               {"content-type", "application/hj212"},
                               {"redriven-from", "input/0/0"},
                               {"first-append", std::to_string(first)}}));
  read({again}, true);
  World at_once;
  std::swap(world_.store, at_once.store);
  std::swap(world_.state, at_once.state);
  read({late, frame("30", first - 1)}, true);
  for (const TableId table : {TableId::OutletWindow, TableId::Verdict, TableId::DeviceHour,
                              TableId::Episode, TableId::Contribution}) {
    EXPECT_EQ(at_once.rows(table), world_.rows(table));
  }
  Row park = at_once.rows(TableId::Park, {std::string("p1")}).at(0);
  park[2] = world_.rows(TableId::Park, {std::string("p1")}).at(0)[2];  // its version counts commits
  EXPECT_EQ(park, world_.rows(TableId::Park, {std::string("p1")}).at(0));
}

TEST_F(RedriveLog, IsSentOnceAndSaysSo) {
  read({frame("20", at("2026-03-15T01:11:00Z"))});
  const RedrivePlan fixed = plan({}, true);
  ASSERT_EQ(fixed.send.size(), 1U);
  const RedrivePlan between = plan({}, true, {"input/0/0"});
  EXPECT_TRUE(between.send.empty());
  EXPECT_EQ(between.on_their_way, 1);
  read({sent(fixed.send[0])}, true);
  const std::vector<Row> rows = world_.rows(TableId::DeadLetter);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(text_of(rows[0][9]), "input/0/1");
  EXPECT_EQ(number_of(rows[0][8]), 1);
  const RedrivePlan after = plan({}, true);
  EXPECT_TRUE(after.send.empty());
  EXPECT_EQ(after.on_their_way, 0);
}

TEST_F(RedriveLog, WhatIsRefusedAgainMayComeOnceMore) {
  read({frame("20", at("2026-03-15T01:11:00Z"))});
  RedriveChoice forced;
  forced.force = true;
  read({sent(plan(forced).send.at(0))});
  const std::vector<Row> rows = world_.rows(TableId::DeadLetter);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(number_of(rows[0][6]), 1) << "the copy's offset";
  EXPECT_EQ(number_of(rows[0][8]), 2);
  EXPECT_EQ(text_of(rows[0][9]), "");
  const RedrivePlan fixed = plan({}, true);
  ASSERT_EQ(fixed.send.size(), 1U);
  const EvidenceRecord third = sent(fixed.send[0]);
  EXPECT_EQ(third.headers[1].second, "input/0/0") << "where it stood first of all";
  EXPECT_EQ(third.headers.size(), 3U);
}

TEST_F(RedriveLog, WithoutEvidenceNothingIsSent) {
  read({frame("20", at("2026-03-15T01:11:00Z"))});
  Commit commit;
  for (Row& row : world_.rows(TableId::Segment)) {
    commit.changes.push_back({TableId::Segment, std::move(row), true});
  }
  world_.store->commit(commit);
  const RedrivePlan fixed = plan({}, true);
  EXPECT_TRUE(fixed.send.empty());
  EXPECT_EQ(fixed.without_evidence, 1);
}

}  // namespace
}  // namespace parkwatch
