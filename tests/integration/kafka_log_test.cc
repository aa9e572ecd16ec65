// A topic that changes under its readers: more partitions, records removed by retention, made anew.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <set>

#include "tests/integration/kafka_environment.h"
#include "tests/support/kafka.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;

/// What an operator does with Kafka's own tools.
class Operator {
 public:
  Operator() {
    char reason[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const std::string bootstrap = TestBroker::settings().bootstrap;
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), reason, sizeof reason);
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason));
    queue_.reset(rd_kafka_queue_new(client_.get()));
  }

  void grow(const std::string& topic, std::size_t partitions) {
    char reason[512];
    rd_kafka_NewPartitions_t* wanted =
        rd_kafka_NewPartitions_new(topic.c_str(), partitions, reason, sizeof reason);
    rd_kafka_CreatePartitions(client_.get(), &wanted, 1, nullptr, queue_.get());
    finish();
    rd_kafka_NewPartitions_destroy(wanted);
  }

  /// Removes the records before an offset, as retention would.
  void cut(const std::string& topic, std::int32_t partition, std::int64_t before) {
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_DeleteRecords(client_.get(), &wanted, 1, nullptr, queue_.get());
    finish();
    rd_kafka_DeleteRecords_destroy(wanted);
  }

 private:
  void finish() {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue_.get(), 60'000);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR)
        << rd_kafka_event_error_string(event);
    rd_kafka_event_destroy(event);
  }
  struct Free {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
    void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  };
  std::unique_ptr<rd_kafka_t, Free> client_;
  std::unique_ptr<rd_kafka_queue_t, Free> queue_;
};

TEST(KafkaLog, NewPartitionsAreTakenWhileTheGroupRuns) {
  const std::string topic = new_topic("growing", 2);
  KafkaSource::Options options = member_of(topic, "");
  options.broker.metadata_refresh = 1s;
  std::map<PartitionId, std::int64_t> committed;
  KafkaSource first_source(options);
  TestWorker first(first_source, committed);
  KafkaSource second_source(options);
  TestWorker second(second_source, committed);
  const auto shared = [&](std::size_t partitions) {
    return first.run_until([&] {
      second.step();
      return first.owned.size() == partitions / 2 && second.owned.size() == partitions / 2;
    });
  };
  ASSERT_TRUE(shared(2));
  KafkaProducer::Options sending = sender();
  sending.broker.metadata_refresh = 1s;
  KafkaProducer producer(sending);
  std::size_t sent = produce_many(producer, topic, "before-", 500, 100);
  Operator().grow(topic, 6);
  ASSERT_TRUE(shared(6));
  // The producer uses them too, by the same time at the latest.
  std::set<std::int32_t> used;
  for (int round = 0; round < 600 && used.size() < 6; ++round) {
    for (int key = 0; key < 20; ++key) {
      used.insert(produce_one(producer, topic, "key-" + std::to_string(key), {},
                              "after-" + std::to_string(sent++))
                      .id.partition);
    }
  }
  EXPECT_EQ(used.size(), 6U);
  ASSERT_TRUE(first.run_until([&] {
    second.step();
    return first.records.size() + second.records.size() >= sent;
  }));
  std::set<std::string> payloads;
  for (const auto* records : {&first.records, &second.records}) {
    for (const KeptRecord& record : *records) payloads.insert(record.payload);
  }
  EXPECT_EQ(payloads.size(), sent);
  EXPECT_EQ(first.records.size() + second.records.size(), sent);
}

void expect_outside(const std::function<void()>& action, std::int64_t wanted, std::int64_t low,
                    const std::string& advice) {
  try {
    action();
    FAIL() << "offset " << wanted << " was taken";
  } catch (const OffsetOutsideLog& outside) {
    EXPECT_EQ(outside.wanted, wanted);
    EXPECT_EQ(outside.low, low);
    EXPECT_NE(std::string(outside.what()).find(advice), std::string::npos) << outside.what();
  }
}

TEST(KafkaLog, PositionsThatTheLogDoesNotHoldAreRefused) {
  const std::string topic = new_topic("cut", 1);
  const PartitionId only{topic, 0};
  KafkaProducer producer(sender());
  ASSERT_EQ(produce_many(producer, topic, "p", 100, 1), 100U);
  Operator().cut(topic, 0, 50);
  KafkaSource source(reader_of(topic));
  ASSERT_EQ(source.poll(100ms).assigned.size(), 1U);
  expect_outside([&] { source.seek(only, 10); }, 10, 50, "gone from Kafka");
  expect_outside([&] { source.seek(only, 101); }, 101, 50, "made anew");
  source.seek(only, 50);
}

TEST(KafkaLog, ALogThatIsCutUnderAReaderIsNoticed) {
  const std::string topic = new_topic("cut-running", 1);
  const PartitionId only{topic, 0};
  std::map<PartitionId, std::int64_t> committed;
  {
    KafkaSource source(reader_of(topic));
    TestWorker worker(source, committed);
    worker.step(100ms);
    ASSERT_EQ(worker.owned.size(), 1U);
    worker.step(100ms);
    source.pause(only);
    KafkaProducer producer(sender());
    ASSERT_EQ(produce_many(producer, topic, "p", 100, 1), 100U);
    Operator().cut(topic, 0, 50);
    source.resume(only);
    expect_outside([&] { worker.run_until([] { return false; }); }, 0, 50, "gone from Kafka");
  }
  committed[only] = 50;
  KafkaSource source(reader_of(topic));
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.records.size() == 50; }));
  EXPECT_EQ(worker.records.front().offset, 50);
  EXPECT_EQ(worker.records.back().offset, 99);
}

}  // namespace
}  // namespace parkwatch
