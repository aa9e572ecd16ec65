#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ingest/broker.h"

namespace parkwatch {

/// What a topic shall be like.
struct TopicSpec {
  std::string name;
  std::int32_t partitions = 1;                  // 1 or more
  std::int32_t replication = -1;                // -1: the cluster's default
  std::map<std::string, std::string> settings;  // by their Kafka names
};

/// What became of it.
struct TopicReport {
  std::string name;
  bool created = false;
  /// Where an existing topic is otherwise than asked for, in words.
  std::vector<std::string> differences;
};

/// A topic as the cluster has it.
struct TopicState {
  std::int32_t partitions = 0;
  std::map<std::string, std::string> settings;  // by their Kafka names
};

/// Makes and inspects topics. Threads: one.
class KafkaAdmin {
 public:
  explicit KafkaAdmin(BrokerSettings settings);
  ~KafkaAdmin();
  KafkaAdmin(const KafkaAdmin&) = delete;
  KafkaAdmin& operator=(const KafkaAdmin&) = delete;

  /// Creates the topics that are missing and compares the others; never changes one.
  /// Throws BrokerRefused (no permission, more replicas than brokers), BrokerUnavailable.
  std::vector<TopicReport> ensure(std::span<const TopicSpec> topics);

  /// Only looks. Throws BrokerRefused (no such topic, no permission), BrokerUnavailable.
  TopicState look(const std::string& topic);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
