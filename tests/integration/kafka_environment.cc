#include "tests/integration/kafka_environment.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "ingest/kafka_admin.h"

namespace parkwatch {

using namespace std::chrono_literals;

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value) throw std::runtime_error(std::string(name) + " is unset; use run_kafka.sh");
  return value;
}

}  // namespace

BrokerSettings TestBroker::settings() {
  BrokerSettings settings;
  settings.bootstrap = from_environment("KAFKA_BOOTSTRAP");
  return settings;
}

std::string TestBroker::admin_password() {
  return from_environment("KAFKA_ADMIN_PASSWORD");
}

BrokerSettings TestBroker::secured(const std::string& password) {
  BrokerSettings settings;
  settings.bootstrap = from_environment("KAFKA_BOOTSTRAP_TLS");
  settings.client = {{"security.protocol", "SASL_SSL"},
                     {"ssl.ca.location", from_environment("KAFKA_CA")},
                     {"sasl.mechanism", "PLAIN"},
                     {"sasl.username", "admin"},
                     {"sasl.password", password}};
  return settings;
}

void TestBroker::control(const std::string& action) {
  const std::string command = from_environment("KAFKA_UP") + " broker '" +
                              from_environment("KAFKA_FOLDER") + "' 1 " + action;
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

std::string new_topic(const std::string& name, std::int32_t partitions) {
  TopicSpec spec;
  spec.name = name + "-" + std::to_string(getpid());
  spec.partitions = partitions;
  spec.settings["message.timestamp.type"] = "LogAppendTime";
  const std::vector<TopicReport> reports = KafkaAdmin(TestBroker::settings()).ensure({&spec, 1});
  EXPECT_TRUE(reports.front().created);
  return spec.name;
}

KafkaSource::Options reader_of(const std::string& topic) {
  KafkaSource::Options options;
  options.broker = TestBroker::settings();
  options.topic = topic;
  return options;
}

KafkaSource::Options member_of(const std::string& topic, const std::string& instance_id) {
  KafkaSource::Options options = reader_of(topic);
  options.group = "group-of-" + topic;
  options.instance_id = instance_id;
  options.session_timeout = 6s;
  options.heartbeat_interval = 500ms;
  return options;
}

KafkaProducer::Options sender() {
  KafkaProducer::Options options;
  options.broker = TestBroker::settings();
  options.delivery_timeout = 300s;
  return options;
}

MemberProcess::MemberProcess(const std::string& topic, const std::string& instance_id) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl("/proc/self/exe", "parkwatch_kafka_tests", "--member", topic.c_str(),
            instance_id.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

MemberProcess::~MemberProcess() {
  kill_hard();
  ::close(output_);
}

void MemberProcess::kill_hard() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

bool MemberProcess::has_line() const {
  pollfd watched{output_, POLLIN, 0};
  return ::poll(&watched, 1, 0) == 1;
}

std::string MemberProcess::read_line() {
  constexpr int bound_ms = 60'000;
  std::string line;
  char letter = 0;
  pollfd watched{output_, POLLIN, 0};
  while (::poll(&watched, 1, bound_ms) == 1 && ::read(output_, &letter, 1) == 1) {
    if (letter == '\n') return line;
    line += letter;
  }
  ADD_FAILURE() << "the member process said nothing";
  return line;
}

int run_member(const std::string& topic, const std::string& instance_id) {
  KafkaSource source(member_of(topic, instance_id));
  while (true) {
    Poll poll = source.poll(100ms);
    if (poll.assigned.empty()) continue;
    std::ranges::sort(poll.assigned);
    for (const PartitionId& id : poll.assigned) {
      source.seek(id, 0);
      std::printf("%d ", id.partition);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace parkwatch
