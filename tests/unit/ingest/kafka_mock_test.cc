#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ingest/kafka_producer.h"
#include "ingest/kafka_source.h"
#include "ingest/mock_broker.h"
#include "ingest/partitioner.h"
#include "tests/support/kafka.h"

// What the client does against librdkafka's mock cluster; it proves nothing about a real broker
// (tests/integration/kafka_*_test.cc does).
namespace parkwatch {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

class KafkaMock : public testing::Test {
 protected:
  BrokerSettings settings() const {
    BrokerSettings settings;
    settings.bootstrap = broker_.bootstrap();
    return settings;
  }
  KafkaSource::Options reader(const std::string& topic) const {
    KafkaSource::Options options;
    options.broker = settings();
    options.topic = topic;
    options.fetch_wait = 10ms;
    return options;
  }
  KafkaSource::Options member(const std::string& topic) const {
    KafkaSource::Options options = reader(topic);
    options.group = "workers";
    options.session_timeout = 4500ms;
    options.heartbeat_interval = 500ms;
    return options;
  }
  KafkaProducer::Options sender() const {
    KafkaProducer::Options options;
    options.broker = settings();
    return options;
  }

  MockBroker broker_;
};

TEST_F(KafkaMock, CarriesKeysHeadersAndBytes) {
  broker_.create_topic("input", 3);
  KafkaProducer producer(sender());
  EXPECT_EQ(producer.partition_count("input"), 3);
  const std::string bytes("\x00##\xff\r\n", 6);
  const std::vector<HeaderView> headers = {
      {"content-type", "application/hj212"}, {"received", "1773538200123"}, {"empty", ""}};
  const Delivery whole = produce_one(producer, "input", "park-1", headers, bytes);
  const Delivery empty = produce_one(producer, "input", "park-2", {}, std::string_view(""));
  const Delivery tombstone = produce_one(producer, "input", "park-3", {}, std::string_view());

  KafkaSource source(reader("input"));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_to_end());
  ASSERT_EQ(worker.records.size(), 3U);
  for (const KeptRecord& record : worker.records) {
    SCOPED_TRACE(record.key);
    EXPECT_EQ(record.id.partition, partition_of(record.key, 3));
    EXPECT_EQ(record.append_time_ms, -1);  // the mock keeps the producer's stamp
    EXPECT_GT(record.create_time_ms, 0);
    const Delivery& sent = record.key == "park-1"   ? whole
                           : record.key == "park-2" ? empty
                                                    : tombstone;
    EXPECT_EQ(record.id, sent.id);
    EXPECT_EQ(record.offset, sent.offset);
    EXPECT_EQ(record.tombstone, record.key == "park-3");
    if (record.key != "park-1") {
      EXPECT_EQ(record.payload, "");
      EXPECT_EQ(record.content_type, ContentType::Unknown);
      EXPECT_EQ(record.received_ms, -1);
      continue;
    }
    EXPECT_EQ(record.payload, bytes);
    EXPECT_EQ(record.content_type, ContentType::Hj212);
    EXPECT_EQ(record.received_ms, 1773538200123);
    EXPECT_EQ(record.headers.size(), 3U);
  }
}

TEST_F(KafkaMock, SeeksToAnyOffsetOfTheLogAndToNoOther) {
  broker_.create_topic("input", 1);
  KafkaProducer producer(sender());
  ASSERT_EQ(produce_many(producer, "input", "p", 10, 1), 10U);
  const PartitionId only{"input", 0};
  KafkaSource source(reader("input"));
  const Poll first = source.poll(5s);
  ASSERT_EQ(first.assigned, std::vector{only});
  const Watermarks log = source.watermarks(only);
  EXPECT_EQ(log.low, 0);
  EXPECT_EQ(log.high, 10);
  EXPECT_THROW(source.seek(only, -1), OffsetOutsideLog);
  EXPECT_THROW(source.seek(only, 11), OffsetOutsideLog);
  source.seek(only, 7);

  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  worker.owned = first.assigned;
  const auto offsets_from = [&](std::int64_t next) {
    worker.records.clear();
    if (next >= 0) source.seek(only, next);
    std::vector<std::int64_t> offsets;
    EXPECT_TRUE(worker.run_until([&] { return source.end_of_partition(only); }));
    for (const KeptRecord& record : worker.records) offsets.push_back(record.offset);
    return offsets;
  };
  EXPECT_EQ(offsets_from(-1), (std::vector<std::int64_t>{7, 8, 9}));
  EXPECT_EQ(offsets_from(8), (std::vector<std::int64_t>{8, 9}));
  EXPECT_EQ(offsets_from(5), (std::vector<std::int64_t>{5, 6, 7, 8, 9}));
  EXPECT_EQ(offsets_from(10), (std::vector<std::int64_t>{}));
  EXPECT_EQ(source.lag(only), 0);
}

TEST_F(KafkaMock, APositionBehindRetentionIsAnErrorAndNoJump) {
  broker_.create_topic("input", 1);
  KafkaProducer producer(sender());
  const PartitionId only{"input", 0};
  KafkaSource source(reader("input"));
  ASSERT_EQ(source.poll(5s).assigned.size(), 1U);
  produce_one(producer, "input", "k", {}, "first");
  source.seek(only, 0);
  source.pause(only);
  // More than the mock keeps of one partition, in bytes that lz4 does not shrink.
  std::uint64_t noise = 1;
  std::string block(100'000, ' ');
  for (int index = 0; index < 100; ++index) {
    for (char& byte : block) {
      noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
      byte = static_cast<char>(noise >> 56);
    }
    produce_one(producer, "input", "k", {}, block);
  }
  ASSERT_GT(source.watermarks(only).low, 1);
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  source.poll(0ms);
  source.resume(only);
  EXPECT_THROW(worker.run_until([&] { return worker.records.size() > 1; }), OffsetOutsideLog);
}

TEST_F(KafkaMock, PauseHoldsBackOnePartitionWithoutLosingAny) {
  broker_.create_topic("input", 2);
  KafkaProducer producer(sender());
  ASSERT_EQ(produce_many(producer, "input", "a", 500, 50), 500U);
  KafkaSource source(reader("input"));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return !worker.owned.empty(); }));
  const PartitionId paused{"input", 0};
  source.pause(paused);
  ASSERT_TRUE(worker.run_until([&] { return source.end_of_partition({"input", 1}); }));
  const auto of_paused = [&](const KeptRecord& record) { return record.id == paused; };
  const auto before = std::ranges::count_if(worker.records, of_paused);
  ASSERT_EQ(produce_many(producer, "input", "b", 500, 50), 500U);
  ASSERT_TRUE(worker.run_until([&] {
    return std::ranges::count_if(worker.records, of_paused) != before ||
           (source.end_of_partition({"input", 1}) && source.lag({"input", 1}) == 0 &&
            committed[{"input", 1}] == source.watermarks({"input", 1}).high);
  }));
  EXPECT_EQ(std::ranges::count_if(worker.records, of_paused), before);
  source.resume(paused);
  ASSERT_TRUE(worker.run_until([&] { return worker.records.size() >= 1000; }));
  std::set<std::string> payloads;
  for (const KeptRecord& record : worker.records) payloads.insert(record.payload);
  EXPECT_EQ(payloads.size(), 1000U);
  EXPECT_EQ(worker.records.size(), 1000U);
}

TEST_F(KafkaMock, TellsTheEndOfAPartitionEachTimeItIsReached) {
  broker_.create_topic("input", 1);
  KafkaProducer producer(sender());
  KafkaSource source(reader("input"));
  const PartitionId only{"input", 0};
  EXPECT_FALSE(source.end_of_partition(only));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_to_end());  // an empty partition is at its end at once
  for (std::size_t round = 1; round <= 3; ++round) {
    produce_one(producer, "input", "k", {}, "x");
    ASSERT_TRUE(worker.run_until(
        [&] { return worker.records.size() == round && source.end_of_partition(only); }));
  }
}

// The positions lie with the test, as they do with the store: whoever gets a partition goes on
// where the other stopped, however often the group is divided anew.
TEST_F(KafkaMock, TwoMembersShareWithoutLossOrRepetition) {
  broker_.create_topic("input", 4);
  KafkaProducer producer(sender());
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource first_source(member("input"));
  TestWorker first(first_source, committed);
  ASSERT_EQ(produce_many(producer, "input", "a", 400, 40), 400U);
  ASSERT_TRUE(first.run_until([&] { return first.records.size() == 400; }));
  {
    KafkaSource second_source(member("input"));
    TestWorker second(second_source, committed);
    ASSERT_TRUE(first.run_until([&] {
      second.step();
      return first.owned.size() == 2 && second.owned.size() == 2;
    }));
    ASSERT_EQ(produce_many(producer, "input", "b", 400, 40), 400U);
    ASSERT_TRUE(first.run_until([&] {
      second.step();
      return first.records.size() + second.records.size() >= 800;
    }));
    EXPECT_FALSE(second.records.empty());
    first.records.insert(first.records.end(), second.records.begin(), second.records.end());
  }
  ASSERT_TRUE(first.run_until([&] { return first.owned.size() == 4; }));
  ASSERT_EQ(produce_many(producer, "input", "c", 400, 40), 400U);
  ASSERT_TRUE(first.run_until([&] { return first.records.size() >= 1200; }));
  std::set<std::string> payloads;
  for (const KeptRecord& record : first.records) payloads.insert(record.payload);
  EXPECT_EQ(payloads.size(), 1200U);
  EXPECT_EQ(first.records.size(), 1200U);
  EXPECT_EQ(first.lost, 0);
}

TEST_F(KafkaMock, GivesUpWhenNoBrokerAnswers) {
  KafkaSource::Options options = reader("input");
  options.unavailable_after = 500ms;
  options.broker.call_timeout = 200ms;
  broker_.create_topic("input", 1);
  KafkaSource source(options);
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_to_end());
  EXPECT_EQ(source.trouble(), "");
  broker_.set_up(false);
  EXPECT_THROW(worker.run_until([] { return false; }), SourceUnavailable);
  EXPECT_NE(source.trouble(), "");

  options.broker.bootstrap = "127.0.0.1:1";
  options.broker.start_timeout = 300ms;
  EXPECT_THROW(KafkaSource{options}, SourceUnavailable);
}

TEST_F(KafkaMock, SurvivesAShortAbsence) {
  broker_.create_topic("input", 1);
  KafkaProducer producer(sender());
  KafkaSource source(reader("input"));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  produce_one(producer, "input", "k", {}, "before");
  ASSERT_TRUE(worker.run_until([&] { return worker.records.size() == 1; }));
  broker_.set_up(false);
  Delivery delivery;
  ASSERT_EQ(
      producer.produce("input", "k", {}, "during", [&](const Delivery& made) { delivery = made; }),
      Produced::Queued);
  worker.step(200ms);
  EXPECT_FALSE(producer.flush(200ms));
  EXPECT_EQ(producer.pending(), 1U);
  broker_.set_up(true);
  EXPECT_TRUE(producer.flush(30s));
  EXPECT_TRUE(delivery.acknowledged);
  EXPECT_TRUE(worker.run_until([&] { return worker.records.size() == 2; }));
  EXPECT_TRUE(worker.run_until([&] { return source.trouble().empty(); }));
}

TEST_F(KafkaMock, TheProducersQueueIsBounded) {
  KafkaProducer::Options options = sender();
  options.queue_records = 10;
  options.delivery_timeout = 500ms;
  options.record_bytes_max = 1'000;
  KafkaProducer producer(options);
  broker_.create_topic("input", 1);
  broker_.set_up(false);
  EXPECT_EQ(producer.produce("input", "k", {}, std::string(2'000, 'x'), {}), Produced::TooLarge);
  int failed = 0;
  const auto on_delivery = [&failed](const Delivery& made) {
    failed += made.acknowledged || made.error.empty() ? 0 : 1;
  };
  for (int index = 0; index < 10; ++index) {
    ASSERT_EQ(producer.produce("input", "k", {}, "x", on_delivery), Produced::Queued);
  }
  EXPECT_EQ(producer.produce("input", "k", {}, "x", on_delivery), Produced::QueueFull);
  EXPECT_TRUE(producer.flush(30s));
  EXPECT_EQ(failed, 10);
  EXPECT_EQ(producer.pending(), 0U);
}

TEST_F(KafkaMock, RefusesSettingsThatWouldBreakAPromise) {
  for (const char* name : {"enable.auto.commit", "auto.offset.reset", "isolation.level",
                           "bootstrap.servers", "no.such.setting"}) {
    SCOPED_TRACE(name);
    KafkaSource::Options options = reader("input");
    options.broker.client[name] = "earliest";
    EXPECT_THROW(KafkaSource{options}, BrokerRefused);
  }
  for (const char* name : {"acks", "enable.idempotence", "partitioner"}) {
    SCOPED_TRACE(name);
    KafkaProducer::Options options = sender();
    options.broker.client[name] = "1";
    EXPECT_THROW(KafkaProducer{options}, BrokerRefused);
  }
  KafkaProducer::Options nowhere;
  EXPECT_THROW(KafkaProducer{nowhere}, BrokerRefused);
}

}  // namespace
}  // namespace parkwatch
