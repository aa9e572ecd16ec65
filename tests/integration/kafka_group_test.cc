#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "tests/integration/kafka_environment.h"
#include "tests/support/kafka.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// A broker's restart takes two seconds on an idle machine; nothing is asserted about a busy one.
constexpr std::chrono::milliseconds patience = 300s;

void expect_each_once(const std::vector<KeptRecord>& records, std::size_t count) {
  std::set<std::string> payloads;
  for (const KeptRecord& record : records) payloads.insert(record.payload);
  EXPECT_EQ(payloads.size(), count);
  EXPECT_EQ(records.size(), count);
}

// The positions lie with the test, as they do with the store, so that every division of the group
// goes on exactly where the last one stopped.
TEST(KafkaGroup, MembersComeAndGoWithoutLossOrRepetition) {
  const std::string topic = new_topic("sharing", 4);
  KafkaProducer producer(sender());
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource first_source(member_of(topic, ""));
  TestWorker first(first_source, committed);
  std::vector<KeptRecord> of_others;
  std::size_t sent = 0;
  const auto send = [&] {
    sent += produce_many(producer, topic, std::to_string(sent) + "-", 1'000, 100);
  };
  send();
  for (int round = 0; round < 3; ++round) {
    KafkaSource second_source(member_of(topic, ""));
    TestWorker second(second_source, committed);
    ASSERT_TRUE(first.run_until([&] {
      second.step();
      return first.owned.size() == 2 && second.owned.size() == 2;
    }));
    send();
    ASSERT_TRUE(first.run_until([&] {
      second.step();
      return first.records.size() + of_others.size() + second.records.size() >= sent;
    }));
    of_others.insert(of_others.end(), second.records.begin(), second.records.end());
  }
  ASSERT_TRUE(first.run_until([&] { return first.owned.size() == 4; }));
  send();
  ASSERT_TRUE(first.run_until([&] { return first.records.size() + of_others.size() >= sent; }));
  of_others.insert(of_others.end(), first.records.begin(), first.records.end());
  expect_each_once(of_others, sent);
  EXPECT_EQ(first.lost, 0);
}

// A worker may be stopped as soon as it was started, while the group still divides the partitions.
TEST(KafkaGroup, AMemberMayGoBeforeItsFirstAssignment) {
  const std::string topic = new_topic("passing", 4);
  KafkaProducer producer(sender());
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource source(member_of(topic, ""));
  TestWorker worker(source, committed);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> visitors;
    std::atomic<int> gone = 0;
    for (int i = 0; i < 3; ++i) {
      visitors.emplace_back([&topic, &gone, wait = 200ms * (i + round)] {
        {
          KafkaSource visitor(member_of(topic, ""));
          visitor.poll(wait);
        }
        ++gone;
      });
    }
    EXPECT_TRUE(worker.run_until([&] { return gone == 3; }));
    for (std::thread& visitor : visitors) visitor.join();
  }
  ASSERT_TRUE(worker.run_until([&] { return worker.owned.size() == 4; }));
  const std::size_t sent = produce_many(producer, topic, "after-", 100, 100);
  ASSERT_TRUE(worker.run_until([&] { return worker.records.size() >= sent; }));
  expect_each_once(worker.records, sent);
}

TEST(KafkaGroup, AKilledMembersPartitionsGoToTheOther) {
  const std::string topic = new_topic("takeover", 2);
  MemberProcess other(topic, "");
  EXPECT_EQ(other.read_line(), "0 1 ");
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource source(member_of(topic, ""));
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.owned.size() == 1; }));
  other.kill_hard();
  EXPECT_TRUE(worker.run_until([&] { return worker.owned.size() == 2; }));
}

// A static member that is back before its session ends gets the same partitions at once, and nobody
// else notices.
TEST(KafkaGroup, AKilledStaticMemberComesBackUnnoticed) {
  const std::string topic = new_topic("static", 4);
  KafkaSource first_source(member_of(topic, "first"));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker first(first_source, committed);
  ASSERT_TRUE(first.run_until([&] { return first.owned.size() == 4; }));
  auto second = std::make_unique<MemberProcess>(topic, "second");
  ASSERT_TRUE(first.run_until([&] { return first.owned.size() == 2; }));
  std::string given;
  ASSERT_TRUE(first.run_until([&] {
    if (second->has_line()) given = second->read_line();
    return !given.empty();
  }));
  const std::vector<PartitionId> before = first.owned;
  second->kill_hard();
  second = std::make_unique<MemberProcess>(topic, "second");
  std::string again;
  const auto started = steady_clock::now();
  ASSERT_TRUE(first.run_until([&] {
    if (second->has_line()) again = second->read_line();
    return !again.empty();
  }));
  EXPECT_EQ(again, given);
  EXPECT_EQ(first.owned, before);
  EXPECT_EQ(first.lost, 0);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started);
  std::printf("static member back after %lld ms\n", static_cast<long long>(took.count()));
}

// One process under the name of another: the first is told so instead of both writing.
TEST(KafkaGroup, ASecondProcessOfTheSameNameFencesTheFirst) {
  const std::string topic = new_topic("fence", 1);
  KafkaSource source(member_of(topic, "same"));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.owned.size() == 1; }));
  MemberProcess other(topic, "same");
  EXPECT_THROW(worker.run_until([] { return false; }), BrokerRefused);
}

TEST(KafkaGroup, ABrokerKilledUnderLoadLosesAndDoublesNothing) {
  constexpr std::size_t count = 20'000;
  const std::string topic = new_topic("killed", 3);
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource::Options options = member_of(topic, "one");
  options.unavailable_after = patience;
  KafkaSource source(options);
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.owned.size() == 3; }));
  std::size_t acknowledged = 0;
  std::jthread sending([&] {
    KafkaProducer producer(sender());
    acknowledged = produce_many(producer, topic, "a", count / 2, 100);
    TestBroker::control("kill");
    std::jthread restarting([] { TestBroker::control("start"); });
    acknowledged += produce_many(producer, topic, "b", count / 2, 100);
  });
  EXPECT_TRUE(worker.run_until([&] { return worker.records.size() >= count; }, patience));
  sending.join();
  EXPECT_EQ(acknowledged, count);
  ASSERT_TRUE(worker.run_to_end(patience));
  expect_each_once(worker.records, count);
}

TEST(KafkaGroup, AFrozenBrokerIsWaitedFor) {
  const std::string topic = new_topic("frozen", 1);
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource source(member_of(topic, "one"));
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.owned.size() == 1; }));
  KafkaProducer producer(sender());
  Delivery delivery;
  TestBroker::control("pause");
  ASSERT_EQ(
      producer.produce(topic, "k", {}, "during", [&](const Delivery& made) { delivery = made; }),
      Produced::Queued);
  EXPECT_FALSE(producer.flush(500ms));
  worker.step(500ms);
  TestBroker::control("resume");
  EXPECT_TRUE(producer.flush(60s));
  EXPECT_TRUE(delivery.acknowledged);
  EXPECT_TRUE(worker.run_until([&] { return worker.records.size() == 1; }));
  expect_each_once(worker.records, 1);
}

}  // namespace
}  // namespace parkwatch
