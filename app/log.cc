#include "app/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

namespace parkwatch {

namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    std::shared_ptr<spdlog::logger> created = spdlog::stderr_logger_mt("parkwatch");
    created->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return created;
  }();
  return *made;
}

/// Quotes, backslashes and control characters as JSON wants them.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result.push_back('\\');
    result.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
  return result;
}

bool json_lines = false;

std::string form(const std::string& message) {
  return json_lines ? escaped(message) : message;
}

}  // namespace

void log_info(const std::string& message) {
  logger().info(form(message));
}
void log_warning(const std::string& message) {
  logger().warn(form(message));
}
void log_error(const std::string& message) {
  logger().error(form(message));
}

void set_log_level(const std::string& level) {
  const spdlog::level::level_enum found = spdlog::level::from_str(level);
  if (found == spdlog::level::off && level != "off") {
    throw std::invalid_argument("log level " + level +
                                " is none of trace, debug, info, warn, error, off");
  }
  logger().set_level(found);
}

void set_log_json(bool json) {
  json_lines = json;
  if (json) {
    logger().set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","msg":"%v"})");
  }
}

}  // namespace parkwatch
