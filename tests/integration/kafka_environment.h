#pragma once

#include <sys/types.h>

#include <string>

#include "ingest/kafka_producer.h"
#include "ingest/kafka_source.h"

namespace parkwatch {

/// The broker that run_kafka.sh has started, and a hand on it.
class TestBroker {
 public:
  /// Over the plaintext listener, which may do anything.
  static BrokerSettings settings();
  /// Over TLS with SASL/PLAIN, as the user `admin`.
  static BrokerSettings secured(const std::string& password);
  static std::string admin_password();

  /// kill (SIGKILL), start, pause (SIGSTOP), resume; start returns when it answers.
  static void control(const std::string& action);
};

/// A new topic with LogAppendTime and a name of its own.
std::string new_topic(const std::string& name, std::int32_t partitions);

KafkaSource::Options reader_of(const std::string& topic);
KafkaSource::Options member_of(const std::string& topic, const std::string& instance_id);
KafkaProducer::Options sender();

/// A group member in a process of its own, to be killed without a farewell. It prints a line with
/// the partitions it was given ("0 1 ") at each assignment.
class MemberProcess {
 public:
  MemberProcess(const std::string& topic, const std::string& instance_id);
  /// Kills it if it still runs.
  ~MemberProcess();
  MemberProcess(const MemberProcess&) = delete;
  MemberProcess& operator=(const MemberProcess&) = delete;

  /// The next line; fails the test when none comes within a minute.
  std::string read_line();
  /// True when a line can be read at once.
  bool has_line() const;
  void kill_hard();

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

/// What the process does: `parkwatch_kafka_tests --member TOPIC INSTANCE`.
int run_member(const std::string& topic, const std::string& instance_id);

}  // namespace parkwatch
