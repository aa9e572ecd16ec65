#include "ingest/kafka_client.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <limits>
#include <thread>

namespace parkwatch::kafka {

namespace {

using std::chrono::milliseconds;

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

struct MetadataDeleter {
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, MetadataDeleter>;

ClientState& state_of(void* opaque) {
  return *static_cast<ClientState*>(opaque);
}

/// What a refused SCRAM handshake means with an old library: not the user's fault.
std::string advice_for(rd_kafka_resp_err_t error, const std::string& reason) {
  constexpr int first_with_scram = 0x02060100;
  const bool refused = error == RD_KAFKA_RESP_ERR__AUTHENTICATION;
  if (!refused || reason.find("SCRAM") == std::string::npos) return "";
  if (rd_kafka_version() >= first_with_scram) return "";
  return " (this librdkafka is older than 2.6.1 and cannot do SCRAM with Kafka 4: use PLAIN over "
         "TLS or a newer library)";
}

void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
  ClientState& state = state_of(opaque);
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    state.report_down();  // the text of a single broker's trouble came before and says more
  } else if (error == RD_KAFKA_RESP_ERR__FATAL) {
    std::array<char, 512> fatal{};
    rd_kafka_fatal_error(client, fatal.data(), fatal.size());
    state.report_error(fatal.data());
  } else if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL) {
    state.report_refusal(reason + advice_for(error, reason));
  } else {
    state.report_error(reason);
  }
}

void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  state_of(rd_kafka_opaque(client)).log(level, std::string(facility) + ": " + text);
}

void set_all(rd_kafka_conf_t* conf, const BrokerSettings& settings,
             std::initializer_list<Setting> fixed) {
  set(conf, "bootstrap.servers", settings.bootstrap);
  set(conf, "client.id", settings.client_id);
  set(conf, "reconnect.backoff.max.ms", std::to_string(settings.reconnect_backoff_max.count()));
  set(conf, "topic.metadata.refresh.interval.ms",
      std::to_string(settings.metadata_refresh.count()));
  set(conf, "allow.auto.create.topics", "false");
  for (const auto& [name, value] : settings.client) {
    const bool ours = name == "bootstrap.servers" ||
                      std::any_of(fixed.begin(), fixed.end(), [&wanted = name](const Setting& one) {
                        return wanted == one.first;
                      });
    if (ours) {
      throw BrokerRefused("kafka client setting " + name +
                          " is set by Parkwatch itself; take it out of the configuration");
    }
    set(conf, name, value);
  }
  for (const auto& [name, value] : fixed) set(conf, name, value);
}

enum class Answer { Found, Missing, NotYet };

Answer read_partitions(const rd_kafka_metadata_t& metadata, const std::string& topic,
                       std::int32_t& count) {
  for (int index = 0; index < metadata.topic_cnt; ++index) {
    const rd_kafka_metadata_topic_t& found = metadata.topics[index];
    if (topic != found.topic) continue;
    if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return Answer::Missing;
    if (found.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        found.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
      throw BrokerRefused("topic " + topic + ": " + rd_kafka_err2str(found.err));
    }
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR || found.partition_cnt == 0) return Answer::NotYet;
    count = found.partition_cnt;
    return Answer::Found;
  }
  return Answer::NotYet;
}

Metadata request_metadata(rd_kafka_t* client, const char* topic, milliseconds timeout) {
  rd_kafka_topic_t* handle = topic ? rd_kafka_topic_new(client, topic, nullptr) : nullptr;
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client, 0, handle, &metadata, to_timeout(timeout));
  if (handle) rd_kafka_topic_destroy(handle);
  return Metadata(error == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata : nullptr);
}

}  // namespace

void ClientState::report_error(const std::string& text) {
  const std::lock_guard lock(mutex_);
  error_text_ = text;
  refused_ = false;
}

void ClientState::report_refusal(const std::string& text) {
  const std::lock_guard lock(mutex_);
  error_text_ = text;
  refused_ = true;
}

void ClientState::report_down() {
  const std::lock_guard lock(mutex_);
  down_ = true;
}

void ClientState::clear_down() {
  const std::lock_guard lock(mutex_);
  down_ = false;
}

bool ClientState::down() const {
  const std::lock_guard lock(mutex_);
  return down_;
}

bool ClientState::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::string ClientState::error_suffix() const {
  const std::lock_guard lock(mutex_);
  return error_text_.empty() ? error_text_ : ": " + error_text_;
}

void ClientDeleter::operator()(rd_kafka_s* client) const {
  rd_kafka_destroy(client);
}

void PartitionListDeleter::operator()(rd_kafka_topic_partition_list_s* list) const {
  rd_kafka_topic_partition_list_destroy(list);
}

void set(rd_kafka_conf_s* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> reason{};
  const rd_kafka_conf_res_t result =
      rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size());
  if (result != RD_KAFKA_CONF_OK) {
    throw BrokerRefused("kafka client setting " + name + ": " + reason.data());
  }
}

void throw_unreached(const ClientState& state, const std::string& text) {
  if (state.refused()) throw BrokerRefused(text + state.error_suffix());
  throw BrokerUnavailable(text + state.error_suffix());
}

std::string library_version() {
  return rd_kafka_version_str();
}

bool library_has_scram() {
  constexpr int fixed = 0x02060100;  // until then the client doubled its nonce
  return rd_kafka_version() >= fixed;
}

int to_timeout(milliseconds span) {
  constexpr std::int64_t largest = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::int64_t>(span.count(), 0, largest));
}

Client make_client(Role role, const BrokerSettings& settings, std::initializer_list<Setting> fixed,
                   ClientState& state, const std::function<void(rd_kafka_conf_s*)>& prepare) {
  if (settings.bootstrap.empty()) throw BrokerRefused("no Kafka bootstrap servers are configured");
  Conf conf(rd_kafka_conf_new());
  set_all(conf.get(), settings, fixed);
  rd_kafka_conf_set_opaque(conf.get(), &state);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_log_cb(conf.get(), settings.on_log ? on_log : nullptr);
  prepare(conf.get());
  std::array<char, 512> reason{};
  rd_kafka_t* client = rd_kafka_new(role == Role::Consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER,
                                    conf.get(), reason.data(), reason.size());
  if (!client) throw BrokerRefused(std::string("kafka client: ") + reason.data());
  static_cast<void>(conf.release());  // the client owns it now
  return Client(client);
}

std::int32_t partition_count(rd_kafka_s* client, const ClientState& state,
                             const BrokerSettings& settings, const std::string& topic,
                             milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  const milliseconds step = std::min(settings.call_timeout, patience);
  std::int32_t count = 0;
  while (true) {
    const Metadata metadata = request_metadata(client, topic.c_str(), step);
    const Answer answer = metadata ? read_partitions(*metadata, topic, count) : Answer::NotYet;
    if (answer == Answer::Found) return count;
    if (answer == Answer::Missing) {
      throw BrokerRefused("topic " + topic + " does not exist on " + settings.bootstrap +
                          "; create it with `parkwatch topics create`");
    }
    if (std::chrono::steady_clock::now() >= give_up) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  throw_unreached(state, "Kafka at " + settings.bootstrap + " did not answer for topic " + topic +
                             " within " + std::to_string(patience.count()) + " ms");
}

bool answers(rd_kafka_s* client, milliseconds timeout) {
  return request_metadata(client, nullptr, timeout) != nullptr;
}

}  // namespace parkwatch::kafka
