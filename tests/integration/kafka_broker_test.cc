#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>

#include "app/capture_command.h"
#include "app/topics_command.h"
#include "ingest/capture_file.h"
#include "ingest/kafka_admin.h"
#include "ingest/partitioner.h"
#include "tests/integration/kafka_environment.h"
#include "tests/support/kafka.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::vector<KeptRecord> read_all(const std::string& topic) {
  KafkaSource source(reader_of(topic));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  EXPECT_TRUE(worker.run_to_end());
  return worker.records;
}

TEST(KafkaBroker, StampsRecordsItself) {
  const std::string topic = new_topic("stamps", 1);
  KafkaProducer producer(sender());
  const std::int64_t before = now_ms();
  const std::vector<HeaderView> headers = {{"content-type", "application/json"},
                                           {"received", "1000"}};
  produce_one(producer, topic, "park-1", headers, "{}");
  const std::vector<KeptRecord> records = read_all(topic);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_GE(records[0].append_time_ms, before);
  EXPECT_LE(records[0].append_time_ms, now_ms());
  EXPECT_EQ(records[0].create_time_ms, -1);
  EXPECT_EQ(records[0].received_ms, 1000);
  EXPECT_EQ(records[0].content_type, ContentType::Json);
}

// The partitions are those that Java's client computes (tests/unit/ingest/partitioner_test.cc).
TEST(KafkaBroker, KeysGoWhereJavaClientsPutThem) {
  const std::string topic = new_topic("keys", 7);
  KafkaProducer producer(sender());
  struct Case {
    std::string_view key;
    std::int32_t partition;
  };
  const Case cases[] = {{"a", 5},      {"ab", 0},           {"abc", 4},       {"21", 3},
                        {"foobar", 0}, {"苏州工业园区", 0}, {"320500-SIP", 1}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.key);
    EXPECT_EQ(produce_one(producer, topic, c.key, {}, "x").id.partition, c.partition);
    EXPECT_EQ(partition_of(c.key, 7), c.partition);
  }
}

TEST(KafkaBroker, RefusesATopicThatDoesNotExist) {
  KafkaSource::Options options = reader_of("no-such-topic");
  EXPECT_THROW(KafkaSource{options}, BrokerRefused);
  KafkaProducer producer(sender());
  EXPECT_THROW(producer.partition_count("no-such-topic"), BrokerRefused);
}

TEST(KafkaBroker, TopicsAreMadeOnceAndThenCompared) {
  TopicsCreateOptions options;
  options.broker = TestBroker::settings();
  options.input = "input-" + std::to_string(now_ms());
  options.results = false;
  options.partitions = 3;
  EXPECT_EQ(create_topics(options), ExitCode::Ok);
  EXPECT_EQ(create_topics(options), ExitCode::Ok);
  options.partitions = 4;
  options.retention_days = 3;
  std::vector<TopicSpec> specs = topic_specs(options);
  const std::vector<TopicReport> reports = KafkaAdmin(options.broker).ensure(specs);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_FALSE(reports[0].created);
  EXPECT_EQ(reports[0].differences.size(), 2U);
  EXPECT_EQ(create_topics(options), ExitCode::Findings);
  options.input += "-more";
  options.replication = 3;  // there is one broker
  EXPECT_THROW(create_topics(options), BrokerRefused);
}

TEST(KafkaBroker, KeepsTheHintOfTheGroup) {
  const std::string topic = new_topic("hints", 1);
  const PartitionId only{topic, 0};
  KafkaProducer producer(sender());
  ASSERT_EQ(produce_many(producer, topic, "p", 5, 1), 5U);
  KafkaSource source(member_of(topic, ""));
  std::map<PartitionId, std::int64_t> committed;
  TestWorker worker(source, committed);
  ASSERT_TRUE(worker.run_until([&] { return worker.records.size() == 5; }));
  EXPECT_EQ(source.committed_hint(only), std::nullopt);
  source.offsets_committed_hint(only, 4);
  EXPECT_TRUE(worker.run_until([&] { return source.committed_hint(only) == 4; }));
}

/// A plain transactional producer: what another program may do to the topic.
class Transactions {
 public:
  explicit Transactions(const std::string& topic) : topic_(topic) {
    char reason[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const std::string bootstrap = TestBroker::settings().bootstrap;
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), reason, sizeof reason);
    rd_kafka_conf_set(conf, "transactional.id", topic.c_str(), reason, sizeof reason);
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason));
    done(rd_kafka_init_transactions(client_.get(), 60'000));
  }

  void write(const std::string& payload, bool commit) {
    done(rd_kafka_begin_transaction(client_.get()));
    rd_kafka_topic_t* topic = rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr);
    std::string bytes = payload;
    EXPECT_EQ(rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, bytes.data(),
                               bytes.size(), "k", 1, nullptr),
              0);
    rd_kafka_topic_destroy(topic);
    EXPECT_EQ(rd_kafka_flush(client_.get(), 60'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    done(commit ? rd_kafka_commit_transaction(client_.get(), 60'000)
                : rd_kafka_abort_transaction(client_.get(), 60'000));
  }

 private:
  static void done(rd_kafka_error_t* error) {
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
    if (error) rd_kafka_error_destroy(error);
  }
  struct Deleter {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  };
  const std::string topic_;
  std::unique_ptr<rd_kafka_t, Deleter> client_;
};

TEST(KafkaBroker, AbortedTransactionsAreHidden) {
  const std::string topic = new_topic("transactions", 1);
  Transactions transactions(topic);
  transactions.write("kept 1", true);
  transactions.write("gone 1", false);
  transactions.write("kept 2", true);
  transactions.write("gone 2", false);
  const std::vector<KeptRecord> records =
      read_all(topic);  // ends, though marks follow the last one
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].payload, "kept 1");
  EXPECT_EQ(records[1].payload, "kept 2");
  EXPECT_GT(records[1].offset, records[0].offset + 1);
}

TEST(KafkaBroker, CapturesAllThatIsThere) {
  const std::string topic = new_topic("capture", 3);
  KafkaProducer producer(sender());
  ASSERT_EQ(produce_many(producer, topic, "p", 300, 30), 300U);
  Transactions(topic).write("gone", false);  // an end that is no record
  const TemporaryFolder folder;
  CaptureOptions options;
  options.broker = TestBroker::settings();
  options.topic = topic;
  options.output = folder.path() / "capture.jsonl";
  options.until_end = true;
  ASSERT_EQ(capture_topic(options), ExitCode::Ok);
  CaptureReader reader(options.output);
  const auto captured = reader.read(1'000);
  ASSERT_TRUE(captured) << captured.error().reason;
  std::map<PartitionId, std::vector<KeptRecord>> expected;
  for (const KeptRecord& record : read_all(topic)) expected[record.id].push_back(record);
  ASSERT_EQ(captured->size(), 300U);
  std::map<PartitionId, std::size_t> next;
  for (const CapturedRecord& one : *captured) {
    const KeptRecord& record = expected[one.id].at(next[one.id]++);
    EXPECT_EQ(one.record.offset, record.offset);
    EXPECT_EQ(one.record.append_time_ms, record.append_time_ms);
    EXPECT_EQ(one.record.key, record.key);
    EXPECT_EQ(one.record.payload, record.payload);
  }
}

TEST(KafkaBroker, SpeaksTlsAndPasswords) {
  const std::string topic = new_topic("secured", 1);
  const BrokerSettings good = TestBroker::secured(TestBroker::admin_password());
  KafkaProducer::Options sending = sender();
  sending.broker = good;
  KafkaProducer producer(sending);
  produce_one(producer, topic, "k", {}, "secret");
  KafkaSource::Options options = reader_of(topic);
  options.broker = good;
  {
    KafkaSource source(options);
    std::map<PartitionId, std::int64_t> committed;
    TestWorker worker(source, committed);
    EXPECT_TRUE(worker.run_until([&] { return worker.records.size() == 1; }));
  }
  options.broker.start_timeout = 3s;
  options.broker.call_timeout = 1s;
  options.broker.client["sasl.password"] = "wrong";
  EXPECT_THROW(KafkaSource{options}, BrokerRefused);
  options.broker.client = {{"security.protocol", "SSL"}};  // an authority nobody vouched for
  EXPECT_THROW(KafkaSource{options}, BrokerRefused);
}

}  // namespace
}  // namespace parkwatch
