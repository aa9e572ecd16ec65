#include "model/csv.h"

#include <algorithm>
#include <utility>

#include "model/utf8.h"

namespace parkwatch {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Splits text into rows; one object per text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  CsvContent read() {
    while (at_ < text_.size()) read_row();
    return std::move(content_);
  }

 private:
  bool at_line_end() const {
    return at_ >= text_.size() || text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n'));
  }

  void skip_line_end() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
    ++line_;
  }

  void skip_rest_of_line() {
    while (!at_line_end()) ++at_;
    skip_line_end();
  }

  void error(int line, std::string message, std::string advice) {
    content_.errors.push_back({line, std::move(message), std::move(advice)});
  }

  void read_row() {
    if (text_[at_] == '#') return skip_rest_of_line();
    CsvRow row{line_, {}};
    while (true) {
      std::string cell;
      if (!read_cell(cell)) return skip_rest_of_line();
      row.cells.push_back(std::move(cell));
      if (at_line_end()) break;
      ++at_;  // the comma
    }
    skip_line_end();
    const bool blank = std::all_of(row.cells.begin(), row.cells.end(),
                                   [](const std::string& cell) { return cell.empty(); });
    if (blank || row.cells.front().starts_with('#')) return;
    content_.rows.push_back(std::move(row));
  }

  bool read_cell(std::string& cell) {
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted(cell);
    while (!at_line_end() && text_[at_] != ',') {
      if (text_[at_] == '"') {
        error(line_, "a quote stands inside a cell that does not begin with one",
              "put the whole cell in quotes and double the quotes inside it");
        return false;
      }
      if (text_[at_] == '\r') {
        error(line_, "a carriage return stands inside a line",
              "save the file with CRLF or LF line ends");
        return false;
      }
      cell += text_[at_++];
    }
    return true;
  }

  bool read_quoted(std::string& cell) {
    const int opened = line_;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '"') {
        cell += '"';
        ++at_;
        continue;
      }
      if (at_line_end() || text_[at_] == ',') return true;
      error(line_, "text follows the closing quote of a cell",
            "double the quotes that belong to the text");
      return false;
    }
    error(opened, "a quoted cell is never closed", "add the closing quote");
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  CsvContent content_;
};

}  // namespace

CsvContent read_csv(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::string_view valid = utf8_prefix(text);
  if (valid.size() < text.size()) {
    const int line = 1 + static_cast<int>(std::count(valid.begin(), valid.end(), '\n'));
    return {{}, {{line, "the file is not UTF-8 from here on", "save it as CSV UTF-8"}}};
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    const int line = 1 + static_cast<int>(std::count(
                             text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n'));
    return {{}, {{line, "the file contains a zero byte", "save it as CSV UTF-8"}}};
  }
  return Reader(text).read();
}

void append_csv_text(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char character : text) {
    if (character == '"') line += '"';
    line += character;
  }
  line += '"';
}

std::string csv_row_text(std::span<const std::string> cells) {
  std::string text;
  for (const std::string& cell : cells) {
    if (&cell != cells.data()) text += ',';
    append_csv_text(text, cell);
  }
  return text + '\n';
}

}  // namespace parkwatch
