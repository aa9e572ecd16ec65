#pragma once

#include <string>

#include "app/config.h"
#include "ingest/broker.h"
#include "ingest/gateway_options.h"
#include "ingest/kafka_producer.h"
#include "ingest/kafka_source.h"

namespace parkwatch {

/// The parts' options as the configuration says. What it does not name keeps its default.
/// broker_settings throws std::system_error or BrokerRefused for a client file that can not be
/// used.
BrokerSettings broker_settings(const Config& config);
/// The member's name in the consumer group; empty: none.
std::string group_instance(const Config& config);
KafkaSource::Options source_options(const Config& config, BrokerSettings broker);
KafkaProducer::Options producer_options(const Config& config, BrokerSettings broker);
GatewayOptions gateway_options(const Config& config);
/// The store's URL, with the password where one is set: not to be shown; see shown_store_url.
std::string store_url(const Config& config);

}  // namespace parkwatch
