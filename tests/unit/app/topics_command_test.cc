#include "app/topics_command.h"

#include <gtest/gtest.h>

#include <sstream>

namespace parkwatch {
namespace {

/// The lines that name a principal, without what all of them share.
std::string allowed(const Config& config, const std::string& principal) {
  std::istringstream lines(acl_commands(config, {}));
  std::string line, found;
  const std::string shared = "--allow-principal User:" + principal + " ";
  while (std::getline(lines, line)) {
    const std::size_t at = line.find(shared);
    if (at != std::string::npos) found += line.substr(at + shared.size()) + "\n";
  }
  return found;
}

TEST(TopicsAcls, AllowEachPartWhatItDoesAndNoMore) {
  Config config;
  config.kafka.bootstrap = "k:9092";
  config.kafka.input_topic = "in";
  config.kafka.group_id = "g";
  EXPECT_EQ(allowed(config, "parkwatch-gateway"),
            "--operation Describe --operation Write --topic in\n");
  const std::string reading =
      "--operation Describe --operation Read --operation Write --topic in\n"
      "--operation Describe --operation Read --group g\n";
  EXPECT_EQ(allowed(config, "parkwatch-worker"), reading);
  config.topics.publish = "all";
  const std::string publishing = allowed(config, "parkwatch-worker");
  EXPECT_TRUE(publishing.starts_with(reading));
  EXPECT_NE(publishing.find("--operation Write --topic parkwatch.verdicts.v1\n"),
            std::string::npos);
  EXPECT_EQ(acl_commands(config, {}).find("Alter"), std::string::npos);
  EXPECT_EQ(acl_commands(config, {}).find("Delete"), std::string::npos);
}

}  // namespace
}  // namespace parkwatch
