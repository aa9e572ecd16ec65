#pragma once

#include <map>
#include <string>
#include <vector>

namespace parkwatch {

/// Cells of a Markdown table by the names of its columns, without blanks around them.
using ExampleRow = std::map<std::string, std::string>;

/// A table of a worked example in a Markdown page, as written by hand.
struct ExampleTable {
  std::string heading;  // the nearest one above it, without #
  std::vector<ExampleRow> rows;
  std::map<std::string, std::string> files;  // by name, of the fences "```csv NAME" above it
};

/// The tables of docs/rules/NAME.md, in order. A row that has not a cell for each column fails the
/// test; a page that cannot be read fails the process.
std::vector<ExampleTable> example_tables(const std::string& name);

/// The first table with rows under a heading; fails the test when there is none.
ExampleTable example_table(const std::string& name, const std::string& heading);

/// The parts of a text between separators, without blanks around; none of an empty text.
std::vector<std::string> parts_of(const std::string& text, char separator);

/// "2026-03-09" or "2026-03-09 08:00", in China Standard Time, as ISO 8601 with a zone; fails the
/// process for any other text.
std::string page_time(const std::string& text);

}  // namespace parkwatch
