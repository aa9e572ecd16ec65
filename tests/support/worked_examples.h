#pragma once

#include <map>
#include <string>
#include <vector>

namespace parkwatch {

/// A row of a Markdown table by its column names, cells without blanks around them.
using PageRow = std::map<std::string, std::string>;

/// A section of a page under docs/rules: its heading and its tables in order.
struct WorkedExample {
  std::string heading;
  std::vector<std::vector<PageRow>> tables;
};

/// The sections of second level of a page such as docs/rules/TS-L01.md that have tables.
std::vector<WorkedExample> worked_examples(const std::string& path);

/// Text without blanks around it.
std::string trimmed(const std::string& text);

/// "2026-03-09" or "2026-03-09 08:00", in China Standard Time, as ISO 8601 with a zone; fails the
/// process for any other text.
std::string page_time(const std::string& text);

}  // namespace parkwatch
