#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parkwatch {

/// A row that is neither blank nor a comment.
struct CsvRow {
  int line = 1;  // of its first character
  std::vector<std::string> cells;
  friend bool operator==(const CsvRow&, const CsvRow&) = default;
};

/// Why a line was not read, and what to do about it.
struct CsvError {
  int line = 0;
  std::string message;
  std::string advice;
};

/// What reading a text gave.
struct CsvContent {
  std::vector<CsvRow> rows;
  std::vector<CsvError> errors;
};

/// Reads RFC 4180 text as spreadsheets write it: UTF-8 with or without byte order mark, LF or CRLF,
/// quoted cells with doubled quotes and line breaks inside. Blank lines are left out, and so are
/// comments: rows whose first cell begins with `#`, quoted or not.
/// Errors: reading goes on at the next line, so that one run finds all of them.
CsvContent read_csv(std::string_view text);

/// Appends a cell (RFC 4180): quoted when it holds a comma, a quote or a line end.
void append_csv_text(std::string& line, std::string_view text);

/// One row with a final LF.
std::string csv_row_text(std::span<const std::string> cells);

}  // namespace parkwatch
