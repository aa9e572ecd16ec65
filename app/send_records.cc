#include "app/send_records.h"

#include <fmt/format.h>

#include <chrono>

#include "app/config_use.h"
#include "ingest/kafka_producer.h"

namespace parkwatch {

void send_records(const Config& config, std::span<const OutgoingRecord> records,
                  const std::string& things) {
  constexpr std::chrono::milliseconds wait(100);
  KafkaProducer::Options how = producer_options(config, broker_settings(config));
  const std::chrono::milliseconds patience = how.delivery_timeout + wait;
  KafkaProducer producer(std::move(how));
  producer.partition_count(config.kafka.input_topic);
  std::size_t acknowledged = 0;
  std::string failure;
  const auto done = [&](const Delivery& delivery) {
    if (delivery.acknowledged) ++acknowledged;
    if (!delivery.acknowledged) failure = delivery.error;
  };
  for (const OutgoingRecord& record : records) {
    const std::vector<HeaderView> headers(record.headers.begin(), record.headers.end());
    const std::string_view payload =
        record.tombstone ? std::string_view() : std::string_view(record.payload);
    while (producer.produce(config.kafka.input_topic, record.key, headers, payload, done) ==
           Produced::QueueFull) {
      producer.poll(wait);
    }
  }
  producer.flush(patience);
  if (acknowledged < records.size()) {
    throw BrokerUnavailable(fmt::format(
        "{} of {} {} were acknowledged, the others not: {}; run the command again, what comes "
        "twice counts once",
        acknowledged, records.size(), things, failure.empty() ? "no answer" : failure));
  }
}

}  // namespace parkwatch
