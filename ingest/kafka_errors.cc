#include "ingest/kafka_errors.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <functional>
#include <memory>
#include <thread>

#include "ingest/kafka_client.h"

namespace parkwatch {

OffsetOutsideLog::OffsetOutsideLog(PartitionId where, std::int64_t wanted_offset,
                                   std::int64_t low_offset, std::int64_t high_offset)
    : BrokerRefused("topic " + where.topic + ", partition " + std::to_string(where.partition) +
                    ": offset " + std::to_string(wanted_offset) +
                    " is outside the log, which holds " + std::to_string(low_offset) + " to " +
                    std::to_string(high_offset) +
                    (wanted_offset < low_offset
                         ? "; the records between are gone from Kafka: raise the topic's retention "
                           "and restore the store from a backup, or replay a capture of them"
                         : "; the topic was made anew or the store belongs to another cluster: use "
                           "a new store, or the cluster this one belongs to")),
      id(std::move(where)),
      wanted(wanted_offset),
      low(low_offset),
      high(high_offset) {}

namespace kafka {

namespace {

using std::chrono::milliseconds;

PartitionList list_of(const PartitionId& id, std::int64_t offset) {
  PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset = offset;
  return list;
}

std::string name_of(const PartitionId& id) {
  return "topic " + id.topic + ", partition " + std::to_string(id.partition);
}

/// Repeats a request until it succeeds, fails for good, or the time is over.
void ask(const BrokerSettings& settings, const PartitionId& id, const char* what,
         const std::function<rd_kafka_resp_err_t()>& request) {
  constexpr milliseconds pause(100);
  const auto give_up = std::chrono::steady_clock::now() + settings.start_timeout;
  while (true) {
    const rd_kafka_resp_err_t error = request();
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    const std::string text = name_of(id) + ": " + what + ": " + rd_kafka_err2str(error);
    if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
      throw BrokerRefused(text);
    }
    // Brokers that come back may not know all of their partitions yet.
    const bool again = passes_by_itself(error) || error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (!again || std::chrono::steady_clock::now() >= give_up) throw SourceUnavailable(text);
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

bool passes_by_itself(int error) {
  constexpr std::array passing = {
      RD_KAFKA_RESP_ERR__TRANSPORT,
      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
      RD_KAFKA_RESP_ERR__RESOLVE,
      RD_KAFKA_RESP_ERR__TIMED_OUT,
      RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
      RD_KAFKA_RESP_ERR__WAIT_COORD,
      RD_KAFKA_RESP_ERR__WAIT_CACHE,
      RD_KAFKA_RESP_ERR__IN_PROGRESS,
      RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,  // the assignment is lost, which is reported as such
      RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
      RD_KAFKA_RESP_ERR__NO_OFFSET,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
      RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
      RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
      RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
      RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
  };
  for (const rd_kafka_resp_err_t one : passing) {
    if (one == error) return true;
  }
  return false;
}

bool is_outside_log(int error) {
  return error == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
         error == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
}

void require(int error, const std::string& what) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw SourceUnavailable("kafka: " + what + ": " + rd_kafka_err2str(code));
  }
}

void throw_consumer_error(rd_kafka_s* client, const rd_kafka_message_s& message,
                          const std::string& instance_id) {
  std::array<char, 512> fatal_text{};
  const rd_kafka_resp_err_t fatal =
      rd_kafka_fatal_error(client, fatal_text.data(), fatal_text.size());
  const rd_kafka_resp_err_t error = fatal != RD_KAFKA_RESP_ERR_NO_ERROR ? fatal : message.err;
  const std::string text =
      fatal != RD_KAFKA_RESP_ERR_NO_ERROR ? fatal_text.data() : rd_kafka_message_errstr(&message);
  switch (error) {
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      throw BrokerRefused("another process runs as the static member " + instance_id +
                          "; give every process an instance id of its own (" + text + ")");
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
      throw BrokerRefused("kafka: " + text);
    default:
      throw SourceUnavailable("kafka: " + text);
  }
}

Watermarks watermarks(rd_kafka_s* client, const PartitionId& id, const BrokerSettings& settings) {
  Watermarks log;
  ask(settings, id, "asking for the ends of the log", [&] {
    return rd_kafka_query_watermark_offsets(client, id.topic.c_str(), id.partition, &log.low,
                                            &log.high, to_timeout(settings.call_timeout));
  });
  return log;
}

std::optional<std::int64_t> committed_hint(rd_kafka_s* client, const PartitionId& id,
                                           const BrokerSettings& settings) {
  const PartitionList list = list_of(id, RD_KAFKA_OFFSET_INVALID);
  ask(settings, id, "asking for the committed offset", [&] {
    const rd_kafka_resp_err_t error =
        rd_kafka_committed(client, list.get(), to_timeout(settings.call_timeout));
    return error != RD_KAFKA_RESP_ERR_NO_ERROR ? error : list->elems[0].err;
  });
  const std::int64_t offset = list->elems[0].offset;
  return offset >= 0 ? std::optional(offset) : std::nullopt;
}

void commit_hints(rd_kafka_s* client, const std::map<PartitionId, std::int64_t>& hints) {
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(hints.size())));
  for (const auto& [id, next] : hints) {
    rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset = next;
  }
  constexpr int without_waiting = 1;
  rd_kafka_commit(client, list.get(), without_waiting);
}

}  // namespace kafka

}  // namespace parkwatch
