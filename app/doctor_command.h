#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "app/config.h"
#include "app/exit_code.h"
#include "ingest/broker.h"
#include "model/fault.h"

namespace parkwatch {

/// `parkwatch doctor`: what is to be looked at, taken from the configuration.
struct DoctorOptions {
  std::string config_name;  // for the line about it
  Faults config_faults;     // found while it was read; one that refuses it ends the examination
  std::string registry_dir, rules_dir;
  std::string store_url;
  BrokerSettings broker;
  std::string topic;
  std::string web_address = "127.0.0.1";
  int web_port = 0;
  std::string gateway_address = "0.0.0.0";
  int gateway_port = 0;
  std::uint64_t gateway_connections_max = 0;
  std::string spool_file;
  std::uint64_t spool_bytes_max = 0;
  std::int64_t now_ms = 0;  // milliseconds since 1970 UTC
};

/// What a configuration asks to be looked at. A client file that cannot be used is a fault of it.
DoctorOptions doctor_options(const LoadedConfig& loaded, const std::string& file);

/// Prints one line for everything that was looked at, with what to do. Changes nothing, and may run
/// beside a running Parkwatch. Returns Ok, Findings, DependencyDown or Configuration by the worst.
ExitCode run_doctor(const DoctorOptions& options, std::ostream& out);

}  // namespace parkwatch
