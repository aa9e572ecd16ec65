#include "app/doctor_command.h"

#include <algorithm>
#include <ostream>

#include "app/active_set.h"
#include "app/diagnosis.h"
#include "app/machine_checks.h"
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
  append(all, check_kafka(options.broker, options.topic));
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
