#include "tests/support/worked_examples.h"

#include <sstream>

#include "model/check.h"
#include "model/time.h"
#include "tests/support/files.h"

namespace parkwatch {

namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream rest(line.substr(1));
  for (std::string cell; std::getline(rest, cell, '|');) cells.push_back(trimmed(cell));
  return cells;
}

}  // namespace

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<WorkedExample> worked_examples(const std::string& path) {
  std::vector<WorkedExample> examples;
  std::vector<std::string> header;  // of the table in hand
  std::istringstream page(file_bytes(path));
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) examples.push_back({line.substr(3), {}});
    if (!line.starts_with("|")) {
      header.clear();
      continue;
    }
    if (line.starts_with("|---")) continue;
    check(!examples.empty());
    const std::vector<std::string> cells = cells_of(line);
    if (header.empty()) {
      header = cells;
      examples.back().tables.emplace_back();
      continue;
    }
    check(cells.size() == header.size());
    PageRow& row = examples.back().tables.back().emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
  }
  std::erase_if(examples, [](const WorkedExample& example) { return example.tables.empty(); });
  return examples;
}

std::string page_time(const std::string& text) {
  const std::string clock = text.size() > 10 ? text.substr(11) : "00:00";
  const std::string iso = text.substr(0, 10) + "T" + clock + ":00+08:00";
  check(parse_iso_time(iso).has_value());
  return iso;
}

}  // namespace parkwatch
