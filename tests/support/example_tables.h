#pragma once

#include <map>
#include <string>
#include <vector>

namespace parkwatch {

/// A table of a worked example in a Markdown page, as written by hand.
struct ExampleTable {
  std::string heading;                                   // the nearest one above it, without #
  std::vector<std::map<std::string, std::string>> rows;  // cells by column, without blanks around
};

/// The tables of docs/rules/NAME.md, in order. Fails the process when the page cannot be read.
std::vector<ExampleTable> example_tables(const std::string& name);

/// The first table under a heading; fails the test when there is none.
ExampleTable example_table(const std::string& name, const std::string& heading);

/// The parts of a text between separators, without blanks around; none of an empty text.
std::vector<std::string> parts_of(const std::string& text, char separator);

}  // namespace parkwatch
