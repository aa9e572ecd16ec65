#include "ingest/kafka_admin.h"

#include <librdkafka/rdkafka.h>

#include <array>

#include "ingest/kafka_client.h"
#include "model/check.h"

namespace parkwatch {

namespace {

struct Deleter {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_ConfigResource_t* resource) const {
    rd_kafka_ConfigResource_destroy(resource);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Deleter>;

Owned<rd_kafka_NewTopic_t> new_topic(const TopicSpec& spec) {
  std::array<char, 512> reason{};
  Owned<rd_kafka_NewTopic_t> topic(rd_kafka_NewTopic_new(
      spec.name.c_str(), spec.partitions, spec.replication, reason.data(), reason.size()));
  if (!topic) throw BrokerRefused("topic " + spec.name + ": " + reason.data());
  for (const auto& [name, value] : spec.settings) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  return topic;
}

/// The settings of one topic as the cluster tells them.
std::map<std::string, std::string> settings_of(const rd_kafka_ConfigResource_t* resource) {
  std::map<std::string, std::string> settings;
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (std::size_t index = 0; index < count; ++index) {
    const char* value = rd_kafka_ConfigEntry_value(entries[index]);
    settings[rd_kafka_ConfigEntry_name(entries[index])] = value ? value : "";
  }
  return settings;
}

}  // namespace

struct KafkaAdmin::Impl {
  explicit Impl(BrokerSettings given)
      : settings(std::move(given)),
        state(this, settings.on_log),
        client(kafka::make_client(kafka::Role::Producer, settings, {}, state,
                                  [](rd_kafka_conf_s*) {})),
        queue(rd_kafka_queue_new(client.get())) {}

  Owned<rd_kafka_AdminOptions_t> options(rd_kafka_admin_op_t operation) const;
  /// The answer to the request just made. Throws when the request as a whole failed.
  Owned<rd_kafka_event_t> answer(const char* what) const;
  bool create(const TopicSpec& spec) const;
  std::map<std::string, std::string> describe(const std::string& topic) const;
  std::vector<std::string> compare(const TopicSpec& spec) const;

  const BrokerSettings settings;
  kafka::ClientState state;
  kafka::Client client;
  Owned<rd_kafka_queue_t> queue;
};

Owned<rd_kafka_AdminOptions_t> KafkaAdmin::Impl::options(rd_kafka_admin_op_t operation) const {
  Owned<rd_kafka_AdminOptions_t> made(rd_kafka_AdminOptions_new(client.get(), operation));
  std::array<char, 512> reason{};
  const int timeout = kafka::to_timeout(settings.start_timeout);
  const rd_kafka_resp_err_t error =
      rd_kafka_AdminOptions_set_request_timeout(made.get(), timeout, reason.data(), reason.size());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw BrokerRefused(reason.data());
  return made;
}

Owned<rd_kafka_event_t> KafkaAdmin::Impl::answer(const char* what) const {
  constexpr std::chrono::milliseconds beyond(1'000);  // the library's own time-out comes first
  Owned<rd_kafka_event_t> event(
      rd_kafka_queue_poll(queue.get(), kafka::to_timeout(settings.start_timeout + beyond)));
  const rd_kafka_resp_err_t error =
      event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
  rd_kafka_poll(client.get(), 0);  // brings the latest connection trouble into `state`
  kafka::throw_unreached(
      state, "Kafka at " + settings.bootstrap + ": " + what + ": " + rd_kafka_err2str(error));
}

/// False when the topic exists already.
bool KafkaAdmin::Impl::create(const TopicSpec& spec) const {
  const Owned<rd_kafka_NewTopic_t> topic = new_topic(spec);
  const Owned<rd_kafka_AdminOptions_t> how = options(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  std::array<rd_kafka_NewTopic_t*, 1> topics = {topic.get()};
  rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), how.get(), queue.get());
  const Owned<rd_kafka_event_t> event = answer("creating topics");
  const rd_kafka_CreateTopics_result_t* result = rd_kafka_event_CreateTopics_result(event.get());
  check(result != nullptr);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(result, &count);
  check(count == 1);
  const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[0]);
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* text = rd_kafka_topic_result_error_string(results[0]);
    throw BrokerRefused("creating topic " + spec.name + ": " +
                        (text ? text : rd_kafka_err2str(error)));
  }
  return true;
}

std::map<std::string, std::string> KafkaAdmin::Impl::describe(const std::string& topic) const {
  const Owned<rd_kafka_ConfigResource_t> resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const Owned<rd_kafka_AdminOptions_t> how = options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  std::array<rd_kafka_ConfigResource_t*, 1> resources = {resource.get()};
  rd_kafka_DescribeConfigs(client.get(), resources.data(), resources.size(), how.get(),
                           queue.get());
  const Owned<rd_kafka_event_t> event = answer("reading a topic's settings");
  const rd_kafka_DescribeConfigs_result_t* result =
      rd_kafka_event_DescribeConfigs_result(event.get());
  check(result != nullptr);
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** found =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  check(count == 1);
  if (rd_kafka_ConfigResource_error(found[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw BrokerRefused("reading the settings of topic " + topic + ": " +
                        rd_kafka_ConfigResource_error_string(found[0]));
  }
  return settings_of(found[0]);
}

std::vector<std::string> KafkaAdmin::Impl::compare(const TopicSpec& spec) const {
  std::vector<std::string> differences;
  const std::int32_t partitions =
      kafka::partition_count(client.get(), state, settings, spec.name, settings.start_timeout);
  if (partitions != spec.partitions) {
    differences.push_back("it has " + std::to_string(partitions) + " partitions, not " +
                          std::to_string(spec.partitions));
  }
  const std::map<std::string, std::string> found = describe(spec.name);
  for (const auto& [name, wanted] : spec.settings) {
    const auto setting = found.find(name);
    const std::string is = setting == found.end() ? "unset" : setting->second;
    if (is != wanted) differences.push_back(name + " is " + is + ", not " + wanted);
  }
  return differences;
}

KafkaAdmin::KafkaAdmin(BrokerSettings settings)
    : impl_(std::make_unique<Impl>(std::move(settings))) {}

KafkaAdmin::~KafkaAdmin() = default;

std::vector<TopicReport> KafkaAdmin::ensure(std::span<const TopicSpec> topics) {
  std::vector<TopicReport> reports;
  for (const TopicSpec& spec : topics) {
    check(spec.partitions >= 1);
    TopicReport report;
    report.name = spec.name;
    report.created = impl_->create(spec);
    if (!report.created) report.differences = impl_->compare(spec);
    reports.push_back(std::move(report));
  }
  return reports;
}

TopicState KafkaAdmin::look(const std::string& topic) {
  const BrokerSettings& settings = impl_->settings;
  return {kafka::partition_count(impl_->client.get(), impl_->state, settings, topic,
                                 settings.start_timeout),
          impl_->describe(topic)};
}

}  // namespace parkwatch
