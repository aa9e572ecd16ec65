#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/fault.h"

namespace parkwatch {

/// Every setting of the program with its default. Units stand last in a name. What a setting means
/// and may be is declared once, in config_options(); docs/configuration.md is printed from there.
struct Config {
  struct Kafka {
    std::string bootstrap;
    std::string input_topic = "parkwatch.input.v1";
    std::string group_id = "parkwatch";
    std::string group_instance_id;
    std::string client_id = "parkwatch";
    std::string security_protocol = "plaintext";
    std::string ssl_ca_location;
    std::string sasl_mechanism;
    std::string sasl_username;
    std::string sasl_password;
    std::string client_file;
    std::int64_t start_timeout_ms = 30'000;
    std::int64_t session_timeout_ms = 10'000;
    std::int64_t metadata_refresh_ms = 30'000;
    std::string gap = "refuse";
    std::int64_t fetch_wait_ms = 50;
    std::int64_t queue_records = 50'000;
    std::int64_t queue_kib = 262'144;
    std::int64_t produce_queue_records = 100'000;
    std::int64_t produce_queue_kib = 262'144;
    std::int64_t produce_linger_ms = 5;
    std::int64_t delivery_timeout_ms = 30'000;
    std::map<std::string, std::string> client;  // [kafka.client]: settings by librdkafka names
  } kafka;
  struct Topics {
    std::string publish = "none";
    bool open_windows = false;
    std::int64_t takeover_ms = 10'000;
  } topics;
  struct Store {
    std::string url = "sqlite:parkwatch.db";
    std::string password;
    std::int64_t busy_timeout_ms = 10'000;
  } store;
  struct Registry {
    std::string dir = "registry";
    std::string keys_file;
  } registry;
  struct Rules {
    std::string dir;
  } rules;
  struct Run {
    std::string roles = "all";
  } run;
  struct Gateway {
    std::string listen = "0.0.0.0";
    std::int64_t port = 9212;
    std::int64_t connections_max = 10'000;
    std::int64_t connections_per_address_max = 256;
    std::int64_t first_frame_timeout_ms = 60'000;
    std::int64_t frame_timeout_ms = 30'000;
    std::int64_t idle_timeout_ms = 600'000;
    std::string spool_file = "parkwatch.spool";
    std::int64_t spool_bytes_max = 1'073'741'824;
    std::string crc = "standard";
    bool downlink = false;
    std::int64_t drain_timeout_ms = 10'000;
  } gateway;
  struct Web {
    std::string listen = "127.0.0.1";
    std::int64_t port = 9464;
    std::int64_t threads = 8;
  } web;
  struct Log {
    std::string level = "info";
    std::string format = "text";
  } log;
  struct Worker {
    std::int64_t batch_records_max = 10'000;
    std::int64_t poll_timeout_ms = 200;
    std::int64_t rows_max = 200'000;
    std::int64_t device_values_max = 1'000'000;
  } worker;
  struct Alerts {
    std::int64_t episode_series_max = 2'000;
    bool outlet_series = false;
    std::int64_t outlet_series_max = 20'000;
  } alerts;
};

/// Where settings come from; a later one beats an earlier one: file, environment, flags.
struct ConfigSources {
  std::string file;  // path of the TOML file; empty: none
  /// NAME=VALUE of the process; only names PARKWATCH_SECTION__KEY count.
  std::map<std::string, std::string> environment;
  std::vector<std::pair<std::string, std::string>> flags;  // "section.key", value
};

struct LoadedConfig {
  Config config;  // to be used only if there is no fault
  Faults faults;  // all at once; `file` names the file, the environment variable or the flag
  std::map<std::string, std::string> origins;  // of each key that has no default: where it was set
};

/// Reads and checks all settings. An unknown key is a fault. For a secret KEY_FILE in the
/// environment names a file that holds it. Relative paths are left as they are.
LoadedConfig load_config(const ConfigSources& sources);

/// The variables of the process whose names begin with PARKWATCH_.
std::map<std::string, std::string> parkwatch_environment();

/// A TOML file with every setting at its default and what it means: `parkwatch config default`.
std::string default_config_text();

/// The settings in force as a TOML file: `parkwatch config print`. Without `all` only those that
/// were set; with `origins` where each was. Secrets are named, never shown; a store's URL has no
/// password.
std::string config_text(const LoadedConfig& loaded, bool all, bool origins);

/// docs/configuration.md: `parkwatch config document`.
std::string config_document();

}  // namespace parkwatch
