#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/broker.h"
#include "model/partition.h"

namespace parkwatch {

/// What became of one produced record.
struct Delivery {
  bool acknowledged = false;  // by all in-sync replicas
  PartitionId id;             // partition -1 when none was reached
  std::int64_t offset = -1;
  std::string error;  // empty when acknowledged
};

/// Called exactly once for every queued record, from poll() or flush() of whoever calls those; an
/// empty one tells nobody.
using OnDelivery = std::function<void(const Delivery&)>;
using HeaderView = std::pair<std::string_view, std::string_view>;

enum class Produced : std::uint8_t {
  Queued = 0,
  QueueFull = 1,  // nothing was taken: poll, then try again
  TooLarge = 2,   // nothing was taken, nor ever will be
};

/// Appends records to topics; records with the same key keep their order.
/// Threads: any number may produce; callbacks run in the thread that polls or flushes.
class Producer {
 public:
  virtual ~Producer() = default;

  /// Copies what it takes and does not wait. A null payload.data() is a tombstone.
  /// Throws BrokerUnavailable when the producer can not go on (a fatal client error).
  [[nodiscard]] virtual Produced produce(const std::string& topic, std::string_view key,
                                         std::span<const HeaderView> headers,
                                         std::string_view payload, OnDelivery on_delivery) = 0;

  /// Runs the callbacks of finished deliveries, waiting at most `timeout` for the first.
  virtual void poll(std::chrono::milliseconds timeout) = 0;

  /// Waits until every queued record has its Delivery; false when `timeout` came first.
  virtual bool flush(std::chrono::milliseconds timeout) = 0;

  /// Records queued or in flight.
  virtual std::size_t pending() const = 0;

  /// Throws BrokerRefused when the topic does not exist (producing to it would only time out),
  /// BrokerUnavailable.
  virtual std::int32_t partition_count(const std::string& topic) = 0;
};

}  // namespace parkwatch
