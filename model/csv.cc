#include "model/csv.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "model/utf8.h"

namespace parkwatch {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Why none of the text is read.
std::optional<CsvError> refusal(std::string_view text) {
  const auto line_at = [&](std::size_t end) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  };
  const std::size_t valid = utf8_prefix(text).size();
  if (valid < text.size()) {
    return CsvError{line_at(valid), "the file is not UTF-8 from here on", "save it as CSV UTF-8"};
  }
  const std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return std::nullopt;
  return CsvError{line_at(nul), "the file contains a zero byte", "save it as CSV UTF-8"};
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  if (std::optional<CsvError> error = refusal(text_)) {
    errors_.push_back(std::move(*error));
    text_ = {};
  }
}

bool CsvReader::next() {
  while (at_ < text_.size()) {
    if (read_row()) return true;
  }
  return false;
}

bool CsvReader::at_line_end() const {
  return at_ >= text_.size() || text_[at_] == '\n' ||
         (text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n'));
}

void CsvReader::skip_line_end() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size()) ++at_;
  ++line_;
}

void CsvReader::skip_rest_of_line() {
  while (!at_line_end()) ++at_;
  skip_line_end();
}

void CsvReader::error(int line, std::string message, std::string advice) {
  errors_.push_back({line, std::move(message), std::move(advice)});
}

/// False for a row that is left out.
bool CsvReader::read_row() {
  row_line_ = line_;
  cells_.clear();
  unescaped_.clear();
  const bool comment = text_[at_] == '#';
  while (!comment) {
    if (!read_cell()) break;
    if (at_line_end()) {
      skip_line_end();
      const bool blank = std::all_of(cells_.begin(), cells_.end(),
                                     [](std::string_view cell) { return cell.empty(); });
      return !blank && !cells_.front().starts_with('#');
    }
    ++at_;  // the comma
  }
  skip_rest_of_line();
  return false;
}

bool CsvReader::read_cell() {
  if (at_ < text_.size() && text_[at_] == '"') return read_quoted();
  const std::size_t start = at_;
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
    ++at_;
  }
  cells_.push_back(text_.substr(start, at_ - start));
  return true;
}

bool CsvReader::read_quoted() {
  const int opened = line_;
  std::size_t start = ++at_;
  std::string before;  // what stands before `start`, with single quotes
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\n') ++line_;
    if (c != '"') continue;
    if (at_ < text_.size() && text_[at_] == '"') {
      before.append(text_.substr(start, at_ - start));
      start = ++at_;
      continue;
    }
    const std::string_view last = text_.substr(start, at_ - 1 - start);
    if (at_line_end() || text_[at_] == ',') {
      cells_.push_back(before.empty() ? last : unescaped_.emplace_back(before.append(last)));
      return true;
    }
    error(line_, "text follows the closing quote of a cell",
          "double the quotes that belong to the text");
    return false;
  }
  error(opened, "a quoted cell is never closed", "add the closing quote");
  return false;
}

CsvContent read_csv(std::string_view text) {
  CsvContent content;
  CsvReader reader(text);
  while (reader.next()) {
    content.rows.push_back({reader.line(), {reader.cells().begin(), reader.cells().end()}});
  }
  content.errors = reader.errors();
  return content;
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
