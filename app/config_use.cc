#include "app/config_use.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/client_settings.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds heartbeat_most(700);

/// As a URL takes any text.
std::string percent_encoded(const std::string& text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    encoded += '%';
    encoded += digits[byte >> 4];
    encoded += digits[byte & 0xfU];
  }
  return encoded;
}

}  // namespace

std::string store_url(const Config& config) {
  const std::string& url = config.store.url;
  if (config.store.password.empty() || !url.starts_with("postgres")) return url;
  const char* const separator = url.find('?') == std::string::npos ? "?" : "&";
  return url + separator + "password=" + percent_encoded(config.store.password);
}

BrokerSettings broker_settings(const Config& config) {
  BrokerSettings settings;
  settings.bootstrap = config.kafka.bootstrap;
  settings.client_id = config.kafka.client_id;
  settings.start_timeout = std::chrono::milliseconds(config.kafka.start_timeout_ms);
  settings.metadata_refresh = std::chrono::milliseconds(config.kafka.metadata_refresh_ms);
  settings.client = read_client_settings(config.kafka.client_file, {});
  for (const auto& [name, value] : config.kafka.client) settings.client[name] = value;
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) settings.client[name] = value;
  };
  if (config.kafka.security_protocol != "plaintext") {
    set("security.protocol", config.kafka.security_protocol);
  }
  set("ssl.ca.location", config.kafka.ssl_ca_location);
  set("sasl.mechanism", config.kafka.sasl_mechanism);
  set("sasl.username", config.kafka.sasl_username);
  set("sasl.password", config.kafka.sasl_password);
  return settings;
}

std::string group_instance(const Config& config) {
  if (config.kafka.group_instance_id != "@hostname") return config.kafka.group_instance_id;
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) {
    throw std::system_error(errno, std::generic_category(), "the machine's name");
  }
  return name.data();
}

KafkaSource::Options source_options(const Config& config, BrokerSettings broker) {
  KafkaSource::Options how;
  how.broker = std::move(broker);
  how.topic = config.kafka.input_topic;
  how.group = config.kafka.group_id;
  how.instance_id = group_instance(config);
  how.session_timeout = std::chrono::milliseconds(config.kafka.session_timeout_ms);
  // A member learns by its heartbeat that the group is divided anew; all wait for the last one.
  how.heartbeat_interval =
      std::min<std::chrono::milliseconds>(how.session_timeout / 5, heartbeat_most);
  how.fetch_wait = std::chrono::milliseconds(config.kafka.fetch_wait_ms);
  how.queue_records = static_cast<std::uint32_t>(config.kafka.queue_records);
  how.queue_kib = static_cast<std::uint32_t>(config.kafka.queue_kib);
  return how;
}

KafkaProducer::Options producer_options(const Config& config, BrokerSettings broker) {
  KafkaProducer::Options how;
  how.broker = std::move(broker);
  how.linger = std::chrono::milliseconds(config.kafka.produce_linger_ms);
  how.delivery_timeout = std::chrono::milliseconds(config.kafka.delivery_timeout_ms);
  how.queue_records = static_cast<std::int32_t>(config.kafka.produce_queue_records);
  how.queue_kib = static_cast<std::int32_t>(config.kafka.produce_queue_kib);
  return how;
}

GatewayOptions gateway_options(const Config& config) {
  GatewayOptions options;
  options.listen_host = config.gateway.listen;
  options.port = static_cast<std::uint16_t>(config.gateway.port);
  options.delivery.topic = config.kafka.input_topic;
  options.delivery.spool.file = config.gateway.spool_file;
  options.delivery.spool.bytes_max = static_cast<std::uint64_t>(config.gateway.spool_bytes_max);
  options.connections_max = static_cast<std::size_t>(config.gateway.connections_max);
  options.connections_per_address_max =
      static_cast<std::size_t>(config.gateway.connections_per_address_max);
  options.first_frame_timeout = std::chrono::milliseconds(config.gateway.first_frame_timeout_ms);
  options.frame_timeout = std::chrono::milliseconds(config.gateway.frame_timeout_ms);
  options.idle_timeout = std::chrono::milliseconds(config.gateway.idle_timeout_ms);
  options.downlink = config.gateway.downlink;
  options.drain_timeout = std::chrono::milliseconds(config.gateway.drain_timeout_ms);
  return options;
}

}  // namespace parkwatch
