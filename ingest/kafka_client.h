#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "ingest/broker.h"

struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_topic_partition_list_s;

namespace parkwatch::kafka {

struct ClientDeleter {
  void operator()(rd_kafka_s* client) const;
};
/// A librdkafka handle; destroying it waits for the client's own threads.
using Client = std::unique_ptr<rd_kafka_s, ClientDeleter>;

struct PartitionListDeleter {
  void operator()(rd_kafka_topic_partition_list_s* list) const;
};
/// Partitions with offsets, as librdkafka takes and gives them.
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_s, PartitionListDeleter>;

enum class Role : std::uint8_t { Consumer = 0, Producer = 1 };

/// What the client reports by its callbacks. Must outlive the client. Threads: any.
class ClientState {
 public:
  /// `owner` is for the callbacks of whoever uses the client.
  ClientState(void* owner, std::function<void(int level, const std::string& text)> on_log)
      : owner_(owner), on_log_(std::move(on_log)) {}
  void* owner() const { return owner_; }
  void log(int level, const std::string& text) const { on_log_(level, text); }

  void report_error(const std::string& text);
  /// Credentials or certificates do not fit: waiting is of no use.
  void report_refusal(const std::string& text);
  void report_down();
  void clear_down();
  /// No broker was reachable at the last report.
  bool down() const;
  /// The latest trouble was a refusal.
  bool refused() const;
  /// ": " and the latest connection trouble, or nothing.
  std::string error_suffix() const;

 private:
  void* const owner_;
  const std::function<void(int level, const std::string& text)> on_log_;
  mutable std::mutex mutex_;
  std::string error_text_;
  bool refused_ = false;
  bool down_ = false;
};

using Setting = std::pair<const char*, std::string>;

/// Builds a client. `fixed` are settings that the caller's guarantees rest on: they win, and a name
/// of them in settings.client is refused. `prepare` may add callbacks; their opaque is `state`.
/// Throws BrokerRefused naming the setting.
Client make_client(Role role, const BrokerSettings& settings, std::initializer_list<Setting> fixed,
                   ClientState& state, const std::function<void(rd_kafka_conf_s*)>& prepare);

/// Asks the cluster, with retries up to `patience`. Throws BrokerRefused (no such topic, no
/// permission, wrong credentials), BrokerUnavailable; both with the latest connection trouble.
std::int32_t partition_count(rd_kafka_s* client, const ClientState& state,
                             const BrokerSettings& settings, const std::string& topic,
                             std::chrono::milliseconds patience);

/// One metadata request; true when any broker answered in time.
bool answers(rd_kafka_s* client, std::chrono::milliseconds timeout);

/// Sets one librdkafka setting; throws BrokerRefused with the library's reason.
void set(rd_kafka_conf_s* conf, const std::string& name, const std::string& value);

/// Throws BrokerRefused when the latest trouble was a refusal, else BrokerUnavailable.
[[noreturn]] void throw_unreached(const ClientState& state, const std::string& text);

/// "2.0.2": the client library's own version.
std::string library_version();
/// Whether the library can log in with SCRAM to Kafka 4: before 2.6.1 the broker refuses it.
bool library_has_scram();

/// For the library's int time-outs; at least 0.
int to_timeout(std::chrono::milliseconds span);

}  // namespace parkwatch::kafka
