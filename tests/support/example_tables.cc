#include "tests/support/example_tables.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/files.h"

namespace parkwatch {

namespace {

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// The cells of a line `| a | b |`.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line.substr(1, line.rfind('|') - 1));
  for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(trimmed(cell));
  return cells;
}

}  // namespace

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(trimmed(part));
  return parts;
}

std::vector<ExampleTable> example_tables(const std::string& name) {
  std::vector<ExampleTable> tables;
  std::string heading;
  std::vector<std::string> columns;
  std::istringstream page(
      file_bytes(std::string(PARKWATCH_SOURCE_DIR) + "/docs/rules/" + name + ".md"));
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("|")) {
      columns.clear();
      if (line.starts_with("#")) heading = trimmed(line.substr(line.find_first_not_of('#')));
      continue;
    }
    if (line.starts_with("|-")) continue;
    const std::vector<std::string> cells = cells_of(line);
    if (columns.empty()) {
      columns = cells;
      tables.push_back({heading, {}});
      continue;
    }
    std::map<std::string, std::string>& row = tables.back().rows.emplace_back();
    for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) row[columns[i]] = cells[i];
  }
  return tables;
}

ExampleTable example_table(const std::string& name, const std::string& heading) {
  for (ExampleTable& table : example_tables(name)) {
    if (table.heading == heading) return std::move(table);
  }
  ADD_FAILURE() << name << ".md has no table under " << heading;
  return {};
}

}  // namespace parkwatch
