#pragma once

#include <string>
#include <vector>

namespace parkwatch {

/// The string members of one line of a file of JSON objects; numbers and booleans as their text.
class JsonLine {
 public:
  explicit JsonLine(const std::string& text);
  /// Fails the process when there is no such member.
  const std::string& operator[](const std::string& name) const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

/// Every line of a file. Fails the process when it cannot be read.
std::vector<JsonLine> json_lines(const std::string& path);

/// The folder of further real data, from PARKWATCH_TEST_DATA; empty when it is not set.
std::string test_data_folder();

}  // namespace parkwatch
