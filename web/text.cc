#include "web/text.h"

#include <array>
#include <variant>

#include "model/decimal.h"
#include "model/time.h"
#include "model/utf8.h"

namespace parkwatch {

namespace {

void append_json_cell(std::string& out, ColumnType type, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) {
    out += "null";
    return;
  }
  if (const std::string* text = std::get_if<std::string>(&cell)) {
    append_json_string(out, *text);
    return;
  }
  const std::int64_t number = std::get<std::int64_t>(cell);
  switch (type) {
    case ColumnType::Boolean:
      out += number != 0 ? "true" : "false";
      return;
    case ColumnType::Time:
      append_json_string(out, utc_text(number));
      return;
    case ColumnType::Decimal6:
      append_json_string(out, Decimal::from_units(number).text());
      return;
    case ColumnType::Decimal9:
      append_json_string(out, MassDecimal::from_units(number).text());
      return;
    case ColumnType::Integer:
    case ColumnType::Text:
    case ColumnType::Blob:
      out += std::to_string(number);
      return;
  }
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : valid_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

void append_json_row(std::string& out, const Table& table, const Row& row) {
  out += '{';
  bool first = true;
  for (std::size_t i = 0; i < table.columns.size() && i < row.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.audit || column.type == ColumnType::Blob) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, column.name);
    out += ':';
    append_json_cell(out, column.type, row[i]);
  }
  out += '}';
}

std::string json_error(std::string_view message) {
  return "{\"error\":" + json_string(message) + "}\n";
}

}  // namespace parkwatch
