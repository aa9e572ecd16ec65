#include "app/publisher.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"
#include "tests/support/fake_producer.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;
using Round = Publisher::Round;

/// Publishers on one store, with a clock that only a test moves on (and a little with each look).
class Publishers : public testing::Test {
 protected:
  void tell(const std::string& key, std::int64_t version, const std::string& payload) {
    Commit commit;
    commit.changes.push_back({TableId::Outbox,
                              {Cell{}, std::string("results"), key, key + std::to_string(version),
                               std::string("parkwatch.window.v1"), std::int64_t{1'773'540'000'000},
                               version, payload.empty() ? Cell{} : Cell(payload)},
                              false});
    store_.commit(commit);
  }
  std::size_t waiting() {
    std::size_t rows = 0;
    store_.scan(TableId::Outbox, {}, {}, 0, [&](const Row&) { ++rows; });
    return rows;
  }
  std::unique_ptr<Publisher> publisher(FakeProducer& producer) {
    Publisher::Options options;
    options.source = "/parkwatch/test";
    options.batch_messages_max = 10;
    options.takeover_after = 10s;
    stores_.push_back(std::make_unique<MemoryStore>(store_, StoreOptions{}));
    return std::make_unique<Publisher>(*stores_.back(), producer, metrics_, options,
                                       [this] { return now_ += 1ms; });
  }
  static std::string payloads(const FakeProducer& producer) {
    std::string text;
    for (const FakeProducer::Record& record : producer.log()) text += record.payload + ' ';
    return text;
  }

  MemoryStore store_;
  std::vector<std::unique_ptr<MemoryStore>> stores_;
  Metrics metrics_;
  std::chrono::steady_clock::time_point now_;
  std::stop_token never_;
};

TEST_F(Publishers, SendsInOrderAndDeletesWhatWasAcknowledged) {
  FakeProducer producer;
  const auto publisher = this->publisher(producer);
  EXPECT_EQ(publisher->round(never_), Round::Empty);
  tell("a", 1, "{1}");
  tell("b", 1, "{2}");
  tell("a", 2, "");
  EXPECT_EQ(publisher->round(never_), Round::Sent);
  EXPECT_EQ(waiting(), 0U);
  const std::vector<FakeProducer::Record> sent = producer.log();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].topic, "results");
  EXPECT_EQ(sent[0].key, "a");
  EXPECT_EQ(sent[0].payload, "{1}");
  EXPECT_EQ(sent[0].header("ce_specversion"), "1.0");
  EXPECT_EQ(sent[0].header("ce_id"), "a1");
  EXPECT_EQ(sent[0].header("ce_source"), "/parkwatch/test");
  EXPECT_EQ(sent[0].header("ce_type"), "parkwatch.window.v1");
  EXPECT_EQ(sent[0].header("ce_time"), "2026-03-15T02:00:00Z");
  EXPECT_EQ(sent[0].header("ce_version"), "1");
  EXPECT_EQ(sent[0].header("content-type"), "application/json");
  EXPECT_EQ(sent[2].header("ce_version"), "2");
  EXPECT_EQ(sent[2].header("content-type"), "") << "a tombstone has no content";
}

TEST_F(Publishers, WhatIsNotAcknowledgedStaysAndIsSentAgain) {
  FakeProducer producer;
  const auto publisher = this->publisher(producer);
  tell("a", 1, "{1}");
  producer.set_mode(FakeProducer::Mode::Fail);
  EXPECT_EQ(publisher->round(never_), Round::Failed);
  EXPECT_EQ(waiting(), 1U);
  producer.set_mode(FakeProducer::Mode::Hold);
  EXPECT_EQ(publisher->round(never_), Round::Failed) << "no answer at all";
  EXPECT_EQ(waiting(), 1U);
  producer.set_mode(FakeProducer::Mode::Acknowledge);
  EXPECT_EQ(publisher->round(never_), Round::Sent);
  EXPECT_EQ(waiting(), 0U);
}

// Else a reader of a compacted topic would be left with the older of two versions.
TEST_F(Publishers, BehindAFailedMessageTheSameKeyIsSentAgain) {
  FakeProducer producer;
  const auto publisher = this->publisher(producer);
  producer.set_record_bytes_max(10);
  tell("a", 1, "{far too long}");
  tell("b", 1, "{b1}");
  tell("a", 2, "{a2}");
  EXPECT_EQ(publisher->round(never_), Round::Failed);
  EXPECT_EQ(waiting(), 2U);
  EXPECT_EQ(payloads(producer), "{b1} {a2} ");
  producer.set_record_bytes_max(1'000);
  EXPECT_EQ(publisher->round(never_), Round::Sent);
  EXPECT_EQ(payloads(producer), "{b1} {a2} {far too long} {a2} ");
}

TEST_F(Publishers, AQueueThatIsFullIsWaitedFor) {
  FakeProducer producer;
  producer.set_queue_max(2);
  const auto publisher = this->publisher(producer);
  for (int i = 0; i < 25; ++i) tell("a", i, "{" + std::to_string(i) + "}");
  while (publisher->round(never_) == Round::Sent) {
  }
  EXPECT_EQ(waiting(), 0U);
  EXPECT_EQ(producer.log().size(), 25U);
}

TEST_F(Publishers, OneOfTwoPublishesAndTheOtherTakesOver) {
  FakeProducer first_producer;
  FakeProducer second_producer;
  const auto first = publisher(first_producer);
  const auto second = publisher(second_producer);
  for (int i = 0; i < 5; ++i) {
    tell("a", i, "{" + std::to_string(i) + "}");
    if (i > 0) {
      EXPECT_EQ(second->round(never_), Round::Elsewhere);
    }
    EXPECT_EQ(first->round(never_), Round::Sent);
    EXPECT_EQ(second->round(never_), Round::Empty);
    now_ += 60s;  // with nothing to do nobody stands still
  }
  EXPECT_EQ(payloads(second_producer), "");
  tell("a", 5, "{5}");
  EXPECT_EQ(second->round(never_), Round::Elsewhere);
  now_ += 9s;
  EXPECT_EQ(second->round(never_), Round::Elsewhere);
  now_ += 2s;
  EXPECT_EQ(second->round(never_), Round::Sent);
  EXPECT_EQ(payloads(second_producer), "{5} ");
  // The first was only slow: what it sends now, it may not delete.
  tell("a", 6, "{6}");
  EXPECT_EQ(first->round(never_), Round::Elsewhere);
  EXPECT_EQ(waiting(), 1U);
  EXPECT_EQ(first->round(never_), Round::Elsewhere) << "it knows now";
  EXPECT_EQ(second->round(never_), Round::Sent);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(Publishers, AStopIsNotHeldUp) {
  FakeProducer producer;
  producer.set_mode(FakeProducer::Mode::Hold);
  const auto publisher = this->publisher(producer);
  tell("a", 1, "{1}");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(publisher->round(stop.get_token()), Round::Failed);
  publisher->run(stop.get_token());
  EXPECT_EQ(waiting(), 1U);
}

}  // namespace
}  // namespace parkwatch
