#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/decimal.h"

namespace parkwatch {

/// Rows of text under headings. Columns named with `numbers` hold figures and are set to the right.
struct ReportTable {
  std::vector<std::string> columns;
  std::vector<bool> numbers;  // one for each column
  std::vector<std::vector<std::string>> rows;
};

/// A heading with a table below it.
struct ReportSection {
  std::string heading;
  std::string id;  // what CSV lines of the section begin with, such as outlets
  std::string note;
  ReportTable table;
  std::string none;  // what stands in the place of an empty table
};

/// A report for people, whatever it is printed as.
struct Report {
  std::string language;  // of its texts: zh-CN or en
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  // name and value, before all sections
  std::vector<ReportSection> sections;
};

/// A share as a percentage with at most `Places` decimals, such as "95.83 %"; empty when there is
/// no whole.
template <int Places>
std::string percent_text(std::int64_t part, std::int64_t whole) {
  const std::optional<Fixed<Places>> percent = Fixed<Places>::ratio(Wide{100} * part, whole);
  return percent ? percent->text() + " %" : "";
}

/// GitHub-flavoured Markdown.
std::string report_markdown(const Report& report);
/// One file for a spreadsheet: RFC 4180 with line feeds; each line begins with its section's id,
/// and each section with a line of its column names.
std::string report_csv(const Report& report);
/// One page without script or outside parts, laid out for A4, so that a browser prints it to PDF.
std::string report_html(const Report& report);

}  // namespace parkwatch
