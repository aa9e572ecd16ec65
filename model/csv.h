#pragma once

#include <cstddef>
#include <deque>
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

/// Reads RFC 4180 text row by row, without a copy of it: a registry has rows by the hundred
/// thousand. The text must outlive it. See read_csv() for what is read.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// Goes on to the next row; false at the end.
  bool next();
  /// Of the row's first character.
  int line() const { return row_line_; }
  /// Of the row; until the next one is asked for.
  std::span<const std::string_view> cells() const { return cells_; }
  /// What could not be read so far.
  const std::vector<CsvError>& errors() const { return errors_; }

 private:
  bool at_line_end() const;
  void skip_line_end();
  void skip_rest_of_line();
  void error(int line, std::string message, std::string advice);
  bool read_row();
  bool read_cell();
  bool read_quoted();

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int row_line_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;  // cells that held doubled quotes
  std::vector<CsvError> errors_;
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
