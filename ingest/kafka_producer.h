#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "ingest/producer.h"

namespace parkwatch {

/// A Producer by librdkafka: idempotent, acknowledged by all in-sync replicas, lz4, partition by
/// murmur2 of the key as Java clients do (ingest/partitioner.h).
class KafkaProducer final : public Producer {
 public:
  struct Options {
    BrokerSettings broker;
    std::chrono::milliseconds linger{5};
    /// A record not acknowledged by then is reported as failed.
    std::chrono::milliseconds delivery_timeout{30'000};
    std::int32_t queue_records = 100'000;  // 1..10'000'000; then QueueFull
    std::int32_t queue_kib = 262'144;
    std::int32_t record_bytes_max = 1'000'000;
  };

  /// Throws BrokerRefused for a wrong setting. Does not wait for the cluster.
  explicit KafkaProducer(Options options);
  /// Records not yet acknowledged are reported as failed; flush() first.
  ~KafkaProducer() override;
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  [[nodiscard]] Produced produce(const std::string& topic, std::string_view key,
                                 std::span<const HeaderView> headers, std::string_view payload,
                                 OnDelivery on_delivery) override;
  void poll(std::chrono::milliseconds timeout) override;
  bool flush(std::chrono::milliseconds timeout) override;
  std::size_t pending() const override;
  std::int32_t partition_count(const std::string& topic) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
