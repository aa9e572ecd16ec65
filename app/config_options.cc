#include "app/config_options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/codes.h"

namespace parkwatch {

namespace {

using Field = ConfigOption::Field;

// Each row names its field once: FIELD(kafka, bootstrap) is section, key and where it is kept.
#define FIELD(section, key) \
#section, #key, [](Config & config) { return Field(&config.section.key); }

constexpr ConfigOption text(std::string_view section, std::string_view key, Field (*field)(Config&),
                            std::string_view help, std::string_view words = "") {
  return {section, key, field, help, 0, 0, words, false, false};
}
constexpr ConfigOption words(std::string_view section, std::string_view key,
                             Field (*field)(Config&), std::string_view help,
                             std::string_view allowed) {
  return {section, key, field, help, 0, 0, allowed, true, false};
}
constexpr ConfigOption secret(std::string_view section, std::string_view key,
                              Field (*field)(Config&), std::string_view help) {
  return {section, key, field, help, 0, 0, "", false, true};
}
constexpr ConfigOption number(std::string_view section, std::string_view key,
                              Field (*field)(Config&), std::string_view help, std::int64_t least,
                              std::int64_t greatest) {
  return {section, key, field, help, least, greatest, "", false, false};
}

constexpr ConfigOption toggle(std::string_view section, std::string_view key,
                              Field (*field)(Config&), std::string_view help) {
  return {section, key, field, help, 0, 0, "", false, false};
}

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t port_max = 65'535;

const std::array options = {
    text(FIELD(kafka, bootstrap), "Kafka brokers as HOST:PORT, several with commas between them"),
    text(FIELD(kafka, input_topic), "topic that everything comes in through"),
    text(FIELD(kafka, group_id), "consumer group; its members share the partitions"),
    text(FIELD(kafka, group_instance_id),
         "name of this member; back in time under the same name it gets the same partitions; "
         "empty: a new member at each start; @hostname: the machine's name"),
    text(FIELD(kafka, client_id), "name in the broker's logs"),
    text(FIELD(kafka, security_protocol), "how connections are made",
         "plaintext ssl sasl_plaintext sasl_ssl"),
    text(FIELD(kafka, ssl_ca_location), "file of the certificates that sign the brokers'"),
    text(FIELD(kafka, sasl_mechanism), "SASL mechanism such as SCRAM-SHA-512"),
    text(FIELD(kafka, sasl_username), "SASL user"),
    secret(FIELD(kafka, sasl_password), "SASL password"),
    text(FIELD(kafka, client_file),
         "file of further client settings, lines name = value; see also [kafka.client]"),
    number(FIELD(kafka, start_timeout_ms), "how long the first answer of the cluster may take",
           1'000, day_ms),
    number(FIELD(kafka, session_timeout_ms),
           "how long a member may be away before others take its partitions", 4'500, 1'800'000),
    number(FIELD(kafka, metadata_refresh_ms),
           "how often is asked whether a topic has more partitions", 1'000, 900'000),
    text(
        FIELD(kafka, gap),
        "what to do where retention has removed records that were not read: end with advice, or go "
        "on and say which are missing",
        "refuse continue"),
    number(FIELD(kafka, fetch_wait_ms), "how long a broker may wait for more data", 1, 10'000),
    number(FIELD(kafka, queue_records),
           "records of a partition fetched ahead: as many can stand before those of another one; a "
           "partition's rate is capped at about this number a second",
           1'000, 10'000'000),
    number(FIELD(kafka, queue_kib), "KiB fetched ahead", 1'024, 2'097'151),
    number(FIELD(kafka, produce_queue_records), "records waiting for the broker", 1, 10'000'000),
    number(FIELD(kafka, produce_queue_kib), "KiB waiting for the broker", 1'024, 2'097'151),
    number(FIELD(kafka, produce_linger_ms), "how long records are gathered before they are sent", 0,
           1'000),
    number(FIELD(kafka, delivery_timeout_ms),
           "after which a record that is not acknowledged failed", 1'000, 600'000),
    words(FIELD(topics, publish),
          "what is told to the result topics; several with commas between them",
          "none all windows verdicts alerts contributions clusters violations quality marks dead"),
    toggle(FIELD(topics, open_windows),
           "whether windows, verdicts and totals are told while they are still open"),
    number(FIELD(topics, takeover_ms),
           "after which another process publishes when the one that did stands still", 1'000,
           600'000),
    text(FIELD(store, url),
         "where results are kept: sqlite:FILE or postgresql://USER@HOST/DATABASE"),
    secret(FIELD(store, password), "password of the user in a postgresql URL"),
    number(FIELD(store, busy_timeout_ms), "how long a call waits for another that writes", 1,
           600'000),
    text(FIELD(registry, dir), "folder of the registry's CSV files"),
    text(FIELD(registry, keys_file), "file of SM4 keys, lines NAME = 32 hexadecimal digits"),
    text(FIELD(rules, dir),
         "folder of the rules' CSV files; empty: the rules that come with the program"),
    words(FIELD(run, roles), "what this process does; several with commas between them",
          "all gateway park cluster web"),
    text(FIELD(gateway, listen), "address that data loggers connect to"),
    number(FIELD(gateway, port), "port that data loggers connect to; 0: any free one", 0, port_max),
    number(FIELD(gateway, connections_max), "connections in all", 1, 1'000'000),
    number(FIELD(gateway, connections_per_address_max), "connections from one address", 1,
           1'000'000),
    number(FIELD(gateway, first_frame_timeout_ms), "after which a silent new connection is closed",
           1'000, day_ms),
    number(FIELD(gateway, frame_timeout_ms), "from the first byte of a frame to its last", 100,
           day_ms),
    number(FIELD(gateway, idle_timeout_ms),
           "without a frame; longer for devices that report seldom", 1'000, day_ms),
    text(FIELD(gateway, spool_file), "where frames wait while Kafka is away"),
    number(FIELD(gateway, spool_bytes_max),
           "size of that file; when it is full the gateway closes its listener", 65'536,
           1'000'000'000'000),
    text(FIELD(gateway, crc), "whether frames with a plain MODBUS CRC are taken too",
         "standard either"),
    toggle(FIELD(gateway, downlink), "whether commands to loggers are allowed at all"),
    number(FIELD(gateway, drain_timeout_ms), "how long a stop waits for answers still due", 0,
           600'000),
    text(FIELD(web, listen),
         "address of pages, API, metrics and probes; plain HTTP without users, so put a reverse "
         "proxy "
         "before any other than a loopback address"),
    number(FIELD(web, port), "port of the same; 0: any free one", 0, port_max),
    number(FIELD(web, threads), "requests answered at the same time", 1, 256),
    text(FIELD(log, level), "least severity that is logged", "debug info warn error"),
    text(FIELD(log, format), "lines for people, or one JSON object a line", "text json"),
    number(FIELD(worker, batch_records_max), "records of one transaction", 1, 100'000),
    number(FIELD(worker, poll_timeout_ms), "how long a worker waits for records", 1, 60'000),
    number(FIELD(worker, rows_max), "rows of the store held in memory, about 0.2 kB each", 10'000,
           1'000'000'000),
    number(FIELD(worker, device_values_max),
           "values of device hours held in memory, about 50 B each", 1'000, 100'000'000),
    number(FIELD(alerts, episode_series_max),
           "open episodes with a metric series of their own; the rest is counted", 0, 1'000'000),
    toggle(FIELD(alerts, outlet_series), "whether every outlet has metric series of its own"),
    number(FIELD(alerts, outlet_series_max), "series of one such family", 0, 1'000'000),
};

#undef FIELD

/// Whether the text is an allowed word, or a list of them.
bool all_allowed(const ConfigOption& option, std::string_view text) {
  while (option.list && text.find(',') != std::string_view::npos) {
    if (!names_word(option.words, text.substr(0, text.find(',')))) return false;
    text.remove_prefix(text.find(',') + 1);
  }
  return names_word(option.words, text);
}

std::optional<std::string> set_number(const ConfigOption& option, std::string_view text,
                                      std::int64_t& field) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool read = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  if (!read || value < option.least || value > option.greatest) {
    return "write a whole number from " + std::to_string(option.least) + " to " +
           std::to_string(option.greatest);
  }
  field = value;
  return std::nullopt;
}

}  // namespace

std::string quoted_toml(std::string_view text) {
  std::string value = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return value + "\"";
}

std::string ConfigOption::name() const {
  return std::string(section) + "." + std::string(key);
}

std::string ConfigOption::variable() const {
  std::string name = "PARKWATCH_" + std::string(section) + "__" + std::string(key);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

std::span<const ConfigOption> config_options() {
  return options;
}

const ConfigOption* find_config_option(std::string_view name) {
  const auto at = std::find_if(options.begin(), options.end(),
                               [&](const ConfigOption& option) { return option.name() == name; });
  return at == options.end() ? nullptr : &*at;
}

std::string toml_value(const ConfigOption& option, Config& config) {
  const Field field = option.field(config);
  if (const auto* const* text = std::get_if<std::string*>(&field)) return quoted_toml(**text);
  if (const auto* const* number = std::get_if<std::int64_t*>(&field))
    return std::to_string(**number);
  return *std::get<bool*>(field) ? "true" : "false";
}

std::optional<std::string> set_option(const ConfigOption& option, std::string_view text,
                                      Config& config) {
  const Field field = option.field(config);
  if (auto* const* number = std::get_if<std::int64_t*>(&field)) {
    return set_number(option, text, **number);
  }
  if (auto* const* flag = std::get_if<bool*>(&field)) {
    if (text != "true" && text != "false") return "write true or false";
    **flag = text == "true";
    return std::nullopt;
  }
  if (!option.words.empty() && !all_allowed(option, text)) {
    return (option.list ? "write some of: " : "write one of: ") + std::string(option.words);
  }
  *std::get<std::string*>(field) = text;
  return std::nullopt;
}

}  // namespace parkwatch
