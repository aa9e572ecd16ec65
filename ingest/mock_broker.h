#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace parkwatch {

/// A Kafka cluster inside this process, for the demo and tests: librdkafka's mock cluster.
/// Reachable on loopback only, at ports of the kernel's choice, in plain text. Not durable: its end
/// loses all. Its limits: about 5 MB (as stored) or 100,000 batches are kept per partition, the
/// oldest are dropped silently; a topic is made by whoever names it (4 partitions); transactions,
/// static membership, administration and LogAppendTime are not implemented; members need a session
/// time-out above 3 s (4,500 ms is good) and a rebalance takes about that long.
/// Threads: every call is safe from any thread.
class MockBroker {
 public:
  struct Options {
    int brokers = 1;  // 1..9
  };
  MockBroker();
  explicit MockBroker(Options options);
  ~MockBroker();
  MockBroker(const MockBroker&) = delete;
  MockBroker& operator=(const MockBroker&) = delete;

  /// For BrokerSettings::bootstrap.
  const std::string& bootstrap() const;
  void create_topic(const std::string& topic, std::int32_t partitions);
  /// Stops and starts answering; what it holds stays.
  void set_up(bool up);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
