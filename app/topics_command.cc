#include "app/topics_command.h"

#include <cstdio>

namespace parkwatch {

namespace {

constexpr std::int64_t milliseconds_a_day = 86'400'000;

/// What to do about a topic that is not as asked for.
const char* advice =
    "    Parkwatch never changes an existing topic. Adapt it with Kafka's own tools (partitions "
    "can "
    "only be added),\n    or give this command the options that match it.";

}  // namespace

std::vector<TopicSpec> topic_specs(const TopicsCreateOptions& options) {
  TopicSpec shape;
  shape.partitions = options.partitions;
  shape.replication = options.replication;
  constexpr std::int32_t enough_to_miss_one = 3;
  if (options.replication >= enough_to_miss_one) shape.settings["min.insync.replicas"] = "2";
  std::vector<TopicSpec> specs;
  TopicSpec& input = specs.emplace_back(shape);
  input.name = options.input;
  // "Now" for a record is never later than the broker's append time, so it must be the broker's.
  input.settings["message.timestamp.type"] = "LogAppendTime";
  input.settings["cleanup.policy"] = "delete";
  input.settings["retention.ms"] =
      options.retention_days < 0 ? "-1"
                                 : std::to_string(options.retention_days * milliseconds_a_day);
  const std::string retention = input.settings["retention.ms"];
  for (const std::string_view name : result_topics) {
    if (!options.results) break;
    TopicSpec& result = specs.emplace_back(shape);
    result.name = name;
    // The newest message of a key is the row as it stands; only dead letters are for a while.
    const bool compacted = name != dead_topic;
    result.settings["cleanup.policy"] = compacted ? "compact" : "delete";
    if (!compacted) result.settings["retention.ms"] = retention;
  }
  return specs;
}

namespace {

/// One call of the tool: a principal may do these operations with one resource.
std::string acl_command(const Config& config, const std::string& principal,
                        const std::string& operations, const std::string& resource) {
  const std::string& known = config.kafka.bootstrap;
  const std::string bootstrap = known.empty() ? "\"$BOOTSTRAP\"" : known;
  return "kafka-acls.sh --bootstrap-server " + bootstrap + " --add --allow-principal " + principal +
         operations + " " + resource + "\n";
}

}  // namespace

std::string acl_commands(const Config& config, const TopicsAclsOptions& options) {
  const auto allow = [&](const std::string& principal, std::string_view operations,
                         const std::string& resource) {
    return acl_command(config, principal, std::string(operations), resource);
  };
  const std::string input = "--topic " + config.kafka.input_topic;
  std::string text =
      "# the gateway writes what loggers send\n" +
      allow(options.gateway, " --operation Describe --operation Write", input) +
      "# workers read it, and write the ticks that move a silent park's time\n" +
      allow(options.worker, " --operation Describe --operation Read --operation Write", input) +
      allow(options.worker, " --operation Describe --operation Read",
            "--group " + config.kafka.group_id);
  if (config.topics.publish != "none") {
    text += "# results\n";
    for (const std::string_view topic : result_topics) {
      text += allow(options.worker, " --operation Describe --operation Write",
                    "--topic " + std::string(topic));
    }
  }
  text += "# topics create, doctor\n" + allow(options.admin, " --operation Create", "--cluster");
  const std::string look = " --operation Describe --operation DescribeConfigs";
  text += allow(options.admin, look, input);
  for (const std::string_view topic : result_topics) {
    text += allow(options.admin, look, "--topic " + std::string(topic));
  }
  return text;
}

ExitCode create_topics(const TopicsCreateOptions& options) {
  KafkaAdmin admin(options.broker);
  ExitCode code = ExitCode::Ok;
  for (const TopicReport& report : admin.ensure(topic_specs(options))) {
    const bool differs = !report.differences.empty();
    const char* state = report.created ? "created" : differs ? "differs" : "exists, as asked for";
    std::printf("%s: %s\n", report.name.c_str(), state);
    for (const std::string& difference : report.differences) {
      std::printf("    %s\n", difference.c_str());
    }
    if (differs) code = ExitCode::Findings;
  }
  if (code == ExitCode::Findings) std::puts(advice);
  return code;
}

}  // namespace parkwatch
