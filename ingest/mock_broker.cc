#include "ingest/mock_broker.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "ingest/kafka_client.h"
#include "model/check.h"

namespace parkwatch {

namespace {

struct ClusterDeleter {
  void operator()(rd_kafka_mock_cluster_t* cluster) const {
    rd_kafka_mock_cluster_destroy(cluster);
  }
};

/// The cluster's threads hang on a client that is used for nothing else.
BrokerSettings host_settings() {
  BrokerSettings settings;
  settings.bootstrap = "127.0.0.1:9";
  settings.client_id = "parkwatch-mock";
  return settings;
}

}  // namespace

struct MockBroker::Impl {
  explicit Impl(Options options)
      : state(this, {}),
        count(options.brokers),
        host(kafka::make_client(kafka::Role::Producer, host_settings(), {}, state,
                                [](rd_kafka_conf_s*) {})),
        cluster(rd_kafka_mock_cluster_new(host.get(), options.brokers)) {
    check(cluster != nullptr);
    bootstrap = rd_kafka_mock_cluster_bootstraps(cluster.get());
  }

  kafka::ClientState state;
  const int count;
  kafka::Client host;
  std::unique_ptr<rd_kafka_mock_cluster_t, ClusterDeleter> cluster;  // ends before its host
  std::string bootstrap;
};

MockBroker::MockBroker() : MockBroker(Options{}) {}

MockBroker::MockBroker(Options options) {
  check(options.brokers >= 1 && options.brokers <= 9);
  impl_ = std::make_unique<Impl>(options);
}

MockBroker::~MockBroker() = default;

const std::string& MockBroker::bootstrap() const {
  return impl_->bootstrap;
}

void MockBroker::create_topic(const std::string& topic, std::int32_t partitions) {
  check(partitions >= 1);
  const rd_kafka_resp_err_t error =
      rd_kafka_mock_topic_create(impl_->cluster.get(), topic.c_str(), partitions, 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw BrokerRefused("mock topic " + topic + ": " + rd_kafka_err2str(error));
  }
}

void MockBroker::set_up(bool up) {
  for (int broker = 1; broker <= impl_->count; ++broker) {
    const auto change = up ? rd_kafka_mock_broker_set_up : rd_kafka_mock_broker_set_down;
    check(change(impl_->cluster.get(), broker) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
}

}  // namespace parkwatch
