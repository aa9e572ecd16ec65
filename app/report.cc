#include "app/report.h"

#include "model/csv.h"
#include "web/text.h"

namespace parkwatch {

namespace {

/// A cell of a Markdown table: one line, and no bar that would end it.
std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string markdown_table(const ReportTable& table) {
  std::string out = "|";
  for (const std::string& column : table.columns) out += " " + markdown_cell(column) + " |";
  out += "\n|";
  for (const bool number : table.numbers) out += number ? " ---: |" : " --- |";
  out += '\n';
  for (const std::vector<std::string>& row : table.rows) {
    out += '|';
    for (const std::string& cell : row) out += " " + markdown_cell(cell) + " |";
    out += '\n';
  }
  return out;
}

void append_csv_line(std::string& out, std::string_view id, const std::vector<std::string>& cells) {
  out += id;
  for (const std::string& cell : cells) {
    out += ',';
    append_csv_text(out, cell);
  }
  out += '\n';
}

// Black on white, and headings of tables again on each printed page.
constexpr std::string_view print_style = R"css(
@page{size:A4 landscape;margin:14mm}
body{font:14px/1.45 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
color:#1c2422;background:#fff;max-width:1180px;margin:0 auto;padding:16px}
h1{font-size:1.5rem;margin:0 0 .6em}
h2{font-size:1.1rem;margin:1.6em 0 .4em;break-after:avoid}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:0}
dt{color:#56625e}
dd{margin:0;overflow-wrap:anywhere}
p{margin:.3em 0;color:#56625e}
table{border-collapse:collapse;width:100%;font-size:.85em}
th,td{text-align:left;vertical-align:top;padding:3px 8px;border-bottom:1px solid #c9d1cd;
overflow-wrap:break-word;word-break:keep-all}
th{border-bottom:2px solid #56625e;vertical-align:bottom}
thead{display:table-header-group}
tr{break-inside:avoid}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.n{white-space:normal}
.t{white-space:nowrap}
.i{overflow-wrap:anywhere}
)css";

/// Times stay on one line, and hashes break anywhere, so that no table is wider than its page.
std::string_view cell_class(const std::string& cell, bool number) {
  constexpr std::size_t time_size = 16, hash_size = 32;
  if (number) return "n";
  if (cell.size() == time_size && cell[4] == '-' && cell[13] == ':') return "t";
  return cell.size() >= hash_size && cell.find_first_of(" /-") == cell.npos ? "i" : "";
}

std::string html_row(const std::vector<std::string>& cells, const std::vector<bool>& numbers,
                     const std::string& tag) {
  std::string out = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view style = cell_class(cells[i], numbers[i]);
    out += "<" + tag;
    if (!style.empty()) out.append(" class=\"").append(style).append("\"");
    out += ">" + html_escaped(cells[i]) + "</" + tag + ">";
  }
  return out + "</tr>\n";
}

std::string html_table(const ReportTable& table) {
  std::string out = "<table>\n<thead>" + html_row(table.columns, table.numbers, "th");
  out += "</thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) out += html_row(row, table.numbers, "td");
  return out + "</tbody>\n</table>\n";
}

}  // namespace

std::string report_markdown(const Report& report) {
  std::string out = "# " + report.title + "\n\n";
  for (const auto& [name, value] : report.facts) {
    out += "- " + name + ": " + markdown_cell(value) + "\n";
  }
  for (const ReportSection& section : report.sections) {
    out += "\n## " + section.heading + "\n\n";
    if (!section.note.empty()) out += section.note + "\n\n";
    out += section.table.rows.empty() ? section.none + "\n" : markdown_table(section.table);
  }
  return out;
}

std::string report_csv(const Report& report) {
  std::string out;
  for (const auto& [name, value] : report.facts) append_csv_line(out, "report", {name, value});
  for (const ReportSection& section : report.sections) {
    append_csv_line(out, section.id, section.table.columns);
    for (const std::vector<std::string>& row : section.table.rows) {
      append_csv_line(out, section.id, row);
    }
  }
  return out;
}

std::string report_html(const Report& report) {
  std::string out = "<!doctype html>\n<html lang=\"" + report.language +
                    "\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + html_escaped(report.title) +
                    "</title>\n<style>" + std::string(print_style) + "</style>\n</head>\n<body>\n";
  out += "<h1>" + html_escaped(report.title) + "</h1>\n<dl>\n";
  for (const auto& [name, value] : report.facts) {
    out += "<dt>" + html_escaped(name) + "</dt><dd>" + html_escaped(value) + "</dd>\n";
  }
  out += "</dl>\n";
  for (const ReportSection& section : report.sections) {
    out += "<h2>" + html_escaped(section.heading) + "</h2>\n";
    if (!section.note.empty()) out += "<p>" + html_escaped(section.note) + "</p>\n";
    out += section.table.rows.empty() ? "<p>" + html_escaped(section.none) + "</p>\n"
                                      : html_table(section.table);
  }
  return out + "</body>\n</html>\n";
}

}  // namespace parkwatch
