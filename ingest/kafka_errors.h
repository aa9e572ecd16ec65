#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "ingest/broker.h"
#include "ingest/source.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

/// librdkafka's error codes sorted by what is to be done, and the consumer's requests that retry.
/// Codes are passed as int: they are rd_kafka_resp_err_t.
namespace parkwatch::kafka {

/// The client works on it by itself; nothing is lost by waiting.
bool passes_by_itself(int error);
/// A position that the broker does not hold.
bool is_outside_log(int error);
/// Throws SourceUnavailable unless `error` is none.
void require(int error, const std::string& what);

/// An error handed out in place of a record that waiting does not cure.
/// Throws BrokerRefused with advice, or SourceUnavailable.
[[noreturn]] void throw_consumer_error(rd_kafka_s* client, const rd_kafka_message_s& message,
                                       const std::string& instance_id);

/// Asks the broker, with retries up to settings.start_timeout. Throws as Source::watermarks.
Watermarks watermarks(rd_kafka_s* client, const PartitionId& id, const BrokerSettings& settings);
std::optional<std::int64_t> committed_hint(rd_kafka_s* client, const PartitionId& id,
                                           const BrokerSettings& settings);
/// Sent without waiting; refusals are the coordinator's business, a later hint repairs them.
void commit_hints(rd_kafka_s* client, const std::map<PartitionId, std::int64_t>& hints);

}  // namespace parkwatch::kafka
