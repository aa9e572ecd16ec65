#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ingest/producer.h"

namespace parkwatch {

/// A Producer that a test steers: it acknowledges at once, on demand, or not at all.
/// Threads: safe from any; callbacks run in poll() or flush(), as the contract says.
class FakeProducer final : public Producer {
 public:
  enum class Mode { Acknowledge, Hold, Fail };

  struct Record {
    std::string topic, key, payload;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string header(std::string_view name) const {
      for (const auto& [key_text, value] : headers) {
        if (key_text == name) return value;
      }
      return {};
    }
  };

  void set_mode(Mode mode) {
    const std::scoped_lock lock(mutex_);
    mode_ = mode;
  }
  /// The next calls of produce() answer QueueFull once so many records wait.
  void set_queue_max(std::size_t records) {
    const std::scoped_lock lock(mutex_);
    queue_max_ = records;
  }
  void set_record_bytes_max(std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    record_bytes_max_ = bytes;
  }

  Produced produce(const std::string& topic, std::string_view key,
                   std::span<const HeaderView> headers, std::string_view payload,
                   OnDelivery on_delivery) override {
    const std::scoped_lock lock(mutex_);
    if (payload.size() > record_bytes_max_) return Produced::TooLarge;
    if (waiting_.size() >= queue_max_) return Produced::QueueFull;
    Record record{topic, std::string(key), std::string(payload), {}};
    for (const auto& [name, value] : headers) record.headers.emplace_back(name, value);
    waiting_.emplace_back(std::move(record), std::move(on_delivery));
    return Produced::Queued;
  }

  void poll(std::chrono::milliseconds) override {
    std::deque<std::pair<Record, OnDelivery>> due;
    bool acknowledged = false;
    {
      const std::scoped_lock lock(mutex_);
      if (mode_ == Mode::Hold) return;
      acknowledged = mode_ == Mode::Acknowledge;
      due.swap(waiting_);
      for (const auto& [record, callback] : due) {
        if (acknowledged) log_.push_back(record);
      }
    }
    for (auto& [record, callback] : due) {
      if (!callback) continue;
      callback(Delivery{acknowledged,
                        {record.topic, acknowledged ? 0 : -1},
                        0,
                        acknowledged ? "" : "broker is away"});
    }
  }

  bool flush(std::chrono::milliseconds timeout) override {
    poll(timeout);
    return pending() == 0;
  }
  std::size_t pending() const override {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
  }
  std::int32_t partition_count(const std::string&) override { return 1; }

  /// What the broker holds: the acknowledged records in order.
  std::vector<Record> log() const {
    const std::scoped_lock lock(mutex_);
    return log_;
  }

 private:
  mutable std::mutex mutex_;
  Mode mode_ = Mode::Acknowledge;
  std::size_t queue_max_ = 1'000'000;
  std::size_t record_bytes_max_ = 1'000'000;
  std::deque<std::pair<Record, OnDelivery>> waiting_;
  std::vector<Record> log_;
};

}  // namespace parkwatch
