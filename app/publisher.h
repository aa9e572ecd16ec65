#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "alerts/metrics.h"
#include "app/outbox.h"
#include "app/turn.h"
#include "ingest/producer.h"
#include "storage/store.h"

namespace parkwatch {

/// The duty of publishing, counted in `progress` (app/turn.h).
inline const PartitionId publisher_turn{"parkwatch:outbox", 0};

/// Sends the outbox to the result topics and deletes exactly what was acknowledged: every message
/// at least once, those of one key in their order. Of several processes on one store one publishes;
/// when it stands still for long enough while messages wait, another takes over.
/// Threads: used by one thread, with a store and a producer of its own.
class Publisher {
 public:
  struct Options {
    std::vector<std::string> topics;            // must exist before anything is sent
    std::string source;                         // the CloudEvents' `source`
    std::size_t batch_messages_max = 2'000;     // sent before the first is deleted
    std::size_t counted_max = 100'000;          // of the backlog that the metric shows
    std::chrono::milliseconds idle_pause{200};  // between looks at an empty outbox
    std::chrono::milliseconds poll{50};
    /// A batch is given up after so long; longer than the producer's own delivery time-out.
    std::chrono::milliseconds delivery_patience{40'000};
    std::chrono::milliseconds takeover_after{10'000};  // 0: nobody else can have the store
    std::chrono::milliseconds retry_first{500};
    std::chrono::milliseconds retry_most{30'000};
  };
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  Publisher(Store& store, Producer& producer, Metrics& metrics, Options options, Clock clock);

  /// Publishes until a stop is asked for. While broker or topics are away it tries again, ever more
  /// seldom. Throws StoreUnavailable, StoreRefused; BrokerUnavailable when the producer is broken.
  void run(const std::stop_token& stop);

  enum class Round : std::uint8_t {
    Empty = 0,      // nothing waits
    Elsewhere = 1,  // another process publishes
    Sent = 2,       // all that was taken is out
    Failed = 3,     // some was not acknowledged and stays
  };
  /// One batch.
  Round round(const std::stop_token& stop);

 private:
  bool have_turn();
  std::vector<OutboxMessage> load(std::size_t limit);
  void send(const OutboxMessage& message, OnDelivery on_delivery, const std::stop_token& stop);
  std::vector<bool> deliver(const std::vector<OutboxMessage>& messages,
                            const std::stop_token& stop);
  bool settle(const std::vector<OutboxMessage>& messages, const std::vector<bool>& acknowledged);
  void require_topics();
  void show_backlog(std::size_t batch);

  Store& store_;
  Producer& producer_;
  Metrics& metrics_;
  const Options options_;
  const Clock clock_;
  std::optional<Turn> turn_;  // ours
  std::optional<Turn> seen_;  // another's
  std::chrono::steady_clock::time_point seen_since_;
  std::chrono::steady_clock::time_point counted_at_;
  std::string failure_;  // of the last round; empty: none
};

}  // namespace parkwatch
