#include "tests/support/json_lines.h"

#include <simdjson.h>

#include <cstdlib>
#include <sstream>

#include "model/check.h"
#include "tests/support/files.h"

namespace parkwatch {

JsonLine::JsonLine(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  check(parser.parse(text).get(object) == simdjson::SUCCESS);
  for (const auto [key, value] : object) {
    std::string_view string;
    const bool is_string = value.get_string().get(string) == simdjson::SUCCESS;
    members_.emplace_back(key, is_string ? std::string(string) : simdjson::minify(value));
  }
}

const std::string& JsonLine::operator[](const std::string& name) const {
  for (const auto& [key, value] : members_) {
    if (key == name) return value;
  }
  check(false);
  return members_.front().second;
}

std::vector<JsonLine> json_lines(const std::string& path) {
  std::vector<JsonLine> lines;
  std::istringstream in(file_bytes(path));
  for (std::string line; std::getline(in, line);) lines.emplace_back(line);
  return lines;
}

std::string test_data_folder() {
  const char* folder = std::getenv("PARKWATCH_TEST_DATA");
  return folder == nullptr ? "" : folder;
}

}  // namespace parkwatch
