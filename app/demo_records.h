#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/kafka_producer.h"

namespace parkwatch {

/// The demonstration's JSON records, as other systems produce them: straight into the input topic.
/// Threads: one owner.
class DemoRecords {
 public:
  explicit DemoRecords(const BrokerSettings& broker);

  /// Throws std::runtime_error when the embedded broker does not take it, or has failed to
  /// acknowledge an earlier one.
  void send(std::string_view park, std::string_view json);
  /// Waits until all that was sent is acknowledged; throws std::runtime_error otherwise.
  void flush();
  std::int64_t sent() const { return sent_; }

 private:
  void note(const Delivery& delivery);

  std::string failure_;  // of the first record that was not acknowledged
  std::int64_t sent_ = 0;
  KafkaProducer producer_;  // ends first: its callbacks note failures
};

}  // namespace parkwatch
