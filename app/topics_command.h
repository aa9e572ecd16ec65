#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/exit_code.h"
#include "ingest/broker.h"
#include "ingest/kafka_admin.h"
#include "ingest/topics.h"

namespace parkwatch {

/// `parkwatch topics create`
struct TopicsCreateOptions {
  BrokerSettings broker;
  std::string input = std::string(input_topic);
  bool results = true;               // the result topics too
  std::int32_t partitions = 8;       // of each topic
  std::int32_t replication = -1;     // -1: the cluster's default
  std::int64_t retention_days = 30;  // of input and dead letters; -1: for ever
};

/// What the options ask for, the input topic first.
std::vector<TopicSpec> topic_specs(const TopicsCreateOptions& options);

/// Creates what is missing, compares what is there, and says so on standard output.
/// Findings when an existing topic differs. Throws BrokerRefused, BrokerUnavailable.
ExitCode create_topics(const TopicsCreateOptions& options);

/// `parkwatch topics acls`: as whom the parts log in.
struct TopicsAclsOptions {
  std::string gateway = "User:parkwatch-gateway";
  std::string worker = "User:parkwatch-worker";
  std::string admin = "User:parkwatch-admin";
};

/// The commands of Kafka's own tool that let each part do what it does and no more: the gateway
/// writes the input topic; workers read it in their group, write ticks to it and, where
/// `topics.publish` says so, results; an administrator runs `topics create` and `doctor`.
std::string acl_commands(const Config& config, const TopicsAclsOptions& options);

}  // namespace parkwatch
