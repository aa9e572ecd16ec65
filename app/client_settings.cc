#include "app/client_settings.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "ingest/broker.h"

namespace parkwatch {

namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* space = " \t\r";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

void add(std::map<std::string, std::string>& settings, const std::string& text,
         const std::string& where) {
  const std::size_t equals = text.find('=');
  const std::string name = trimmed(text.substr(0, equals));
  if (equals == std::string::npos || name.empty()) {
    throw BrokerRefused(where + ": a client setting is written name=value");
  }
  settings[name] = trimmed(text.substr(equals + 1));
}

}  // namespace

std::map<std::string, std::string> read_client_settings(const std::string& file,
                                                        const std::vector<std::string>& texts) {
  std::map<std::string, std::string> settings;
  if (!file.empty()) {
    std::ifstream lines(file);
    if (!lines) throw std::system_error(errno, std::generic_category(), "opening " + file);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      const std::string text = trimmed(line);
      if (!text.empty() && text.front() != '#')
        add(settings, text, file + ":" + std::to_string(number));
    }
    if (lines.bad()) throw std::system_error(errno, std::generic_category(), "reading " + file);
  }
  for (const std::string& text : texts) add(settings, text, "--client-setting");
  return settings;
}

}  // namespace parkwatch
