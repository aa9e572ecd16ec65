#include "tests/support/example_tables.h"

#include <gtest/gtest.h>

#include <sstream>

#include "model/check.h"
#include "model/time.h"
#include "tests/support/files.h"

namespace parkwatch {

namespace {

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// Takes a page line by line.
class PageReader {
 public:
  explicit PageReader(std::string name) : name_(std::move(name)) {}

  void take(const std::string& line) {
    if (line.starts_with("```")) {
      columns_.clear();
      fenced_ = !fenced_;
      file_ = line.starts_with("```csv ") ? line.substr(7) : "";
      if (!file_.empty()) files_[file_].clear();
    } else if (fenced_) {
      if (!file_.empty()) files_[file_] += line + "\n";
    } else if (!line.starts_with("|")) {
      columns_.clear();
      if (line.starts_with("#")) heading_ = trimmed(line.substr(line.find_first_not_of('#')));
    } else if (!line.starts_with("|-")) {
      take_row(line);
    }
  }

  std::vector<ExampleTable> tables;

 private:
  void take_row(const std::string& line) {
    const std::vector<std::string> cells = parts_of(line.substr(1), '|');
    if (columns_.empty()) {
      columns_ = cells;
      tables.push_back({heading_, {}, files_});
      return;
    }
    if (cells.size() != columns_.size()) {
      ADD_FAILURE() << name_ << ".md: not a cell for each column: " << line;
      return;
    }
    ExampleRow& row = tables.back().rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row[columns_[i]] = cells[i];
  }

  std::string name_, heading_;
  std::vector<std::string> columns_;  // of the table in hand
  std::map<std::string, std::string> files_;
  bool fenced_ = false;
  std::string file_;  // of the fence in hand
};

}  // namespace

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(trimmed(part));
  return parts;
}

std::vector<ExampleTable> example_tables(const std::string& name) {
  PageReader reader(name);
  std::istringstream page(
      file_bytes(std::string(PARKWATCH_SOURCE_DIR) + "/docs/rules/" + name + ".md"));
  for (std::string line; std::getline(page, line);) reader.take(line);
  return std::move(reader.tables);
}

ExampleTable example_table(const std::string& name, const std::string& heading) {
  for (ExampleTable& table : example_tables(name)) {
    if (table.heading == heading && !table.rows.empty()) return std::move(table);
  }
  ADD_FAILURE() << name << ".md has no table with rows under " << heading;
  return {};
}

std::string page_time(const std::string& text) {
  const std::string clock = text.size() > 10 ? text.substr(11) : "00:00";
  const std::string iso = text.substr(0, 10) + "T" + clock + ":00+08:00";
  check(parse_iso_time(iso).has_value());
  return iso;
}

}  // namespace parkwatch
