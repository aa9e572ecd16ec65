#include "app/doctor_command.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <ostream>
#include <utility>

#include "app/active_set.h"
#include "app/config_use.h"
#include "app/diagnosis.h"
#include "app/machine_checks.h"
#include "app/real_time.h"
#include "app/service_checks.h"

namespace parkwatch {

namespace {

/// One line for a list of faults; `parkwatch check` prints them all.
Diagnosis faults_diagnosis(const std::string& subject, const std::string& name,
                           const Faults& faults) {
  if (faults.empty()) return {Health::Good, subject, name + " is sound", ""};
  const auto worst = std::find_if(faults.begin(), faults.end(), [](const Fault& fault) {
    return fault.severity == Severity::Fault;
  });
  const Fault& first = worst == faults.end() ? faults.front() : *worst;
  const std::string rest =
      faults.size() == 1 ? "" : " (and " + std::to_string(faults.size() - 1) + " more)";
  const Health health = worst == faults.end() ? Health::Note : Health::Misconfigured;
  return {health, subject, first.text() + rest, "parkwatch check lists all"};
}

void append(Diagnoses& all, Diagnoses more) {
  for (Diagnosis& diagnosis : more) all.push_back(std::move(diagnosis));
}

Diagnoses examine(const DoctorOptions& options) {
  Diagnoses all{faults_diagnosis("config", options.config_name, options.config_faults)};
  if (refuses(options.config_faults)) return all;
  const LoadedSet loaded = load_set(options.registry_dir, options.rules_dir);
  all.push_back(
      faults_diagnosis("registry", options.registry_dir + " with its rules", loaded.faults));
  const bool sound = !refuses(loaded.faults);
  StoreLook store = check_store(options.store_url, sound ? loaded.set.hash : "");
  append(all, std::move(store.diagnoses));
  KafkaLook kafka = check_kafka(options.broker, options.topic);
  append(all, std::move(kafka.diagnoses));
  if (store.readable && kafka.partitions > 0) {
    all.push_back(check_placement(options.store_url, options.topic, kafka.partitions));
  }
  all.push_back(check_client_library(options.broker));
  all.push_back(check_port("web", options.web_address, options.web_port, "web.port"));
  all.push_back(
      check_port("gateway", options.gateway_address, options.gateway_port, "gateway.port"));
  all.push_back(check_room("spool", options.spool_file, options.spool_bytes_max));
  all.push_back(check_descriptors(options.gateway_connections_max));
  all.push_back(check_clock(options.now_ms, store.newest_ms));
  all.push_back(check_zones());
  return all;
}

}  // namespace

DoctorOptions doctor_options(const LoadedConfig& loaded, const std::string& file) {
  using std::chrono::milliseconds;
  const Config& config = loaded.config;
  DoctorOptions options;
  options.config_name = file.empty() ? "the configuration" : file;
  options.config_faults = loaded.faults;
  try {
    options.broker = broker_settings(config);
  } catch (const std::exception& unusable) {
    options.config_faults.push_back({config.kafka.client_file, 0, Severity::Fault, unusable.what(),
                                     "correct kafka.client_file"});
  }
  constexpr milliseconds patience{5'000};  // whoever asks a doctor wants an answer soon
  options.broker.start_timeout = std::min(options.broker.start_timeout, patience);
  options.registry_dir = config.registry.dir;
  options.rules_dir = config.rules.dir;
  options.store_url = store_url(config);
  options.topic = config.kafka.input_topic;
  options.web_address = config.web.listen;
  options.web_port = static_cast<int>(config.web.port);
  options.gateway_address = config.gateway.listen;
  options.gateway_port = static_cast<int>(config.gateway.port);
  options.gateway_connections_max = static_cast<std::uint64_t>(config.gateway.connections_max);
  options.spool_file = config.gateway.spool_file;
  options.spool_bytes_max = static_cast<std::uint64_t>(config.gateway.spool_bytes_max);
  options.now_ms = real_time_ms();
  return options;
}

ExitCode run_doctor(const DoctorOptions& options, std::ostream& out) {
  const Diagnoses diagnoses = examine(options);
  std::size_t troubles = 0;
  for (const Diagnosis& diagnosis : diagnoses) {
    out << diagnosis.text() << '\n';
    if (diagnosis.health > Health::Note) ++troubles;
  }
  if (troubles == 0) {
    out << "nothing to do\n";
  } else {
    out << troubles << (troubles == 1 ? " thing" : " things") << " to look after\n";
  }
  return exit_code_of(diagnoses);
}

}  // namespace parkwatch
