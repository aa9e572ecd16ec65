#include "app/explanation.h"

#include <algorithm>
#include <ostream>
#include <string_view>

#include "storage/text_form.h"

namespace parkwatch {

namespace {

/// How many columns of a terminal a text takes: bytes that continue a character take none.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t own = width_of(text);
  return own >= width ? text : text + std::string(width - own, ' ');
}

std::string without_end(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void print_table(const ExplainedSection& section, std::ostream& out) {
  std::vector<std::size_t> widths;
  for (const std::string& name : section.columns) widths.push_back(width_of(name));
  for (const auto& row : section.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "  ";
    for (std::size_t i = 0; i < cells.size(); ++i) text += padded(cells[i], widths[i] + 2);
    out << without_end(text) << '\n';
  };
  line(section.columns);
  for (const auto& row : section.rows) line(row);
}

void append_member(std::string& text, std::string_view name, std::string_view value) {
  append_json_text(text, name);
  text += ':';
  append_json_text(text, value);
}

void append_section(std::string& text, const ExplainedSection& section) {
  text += '{';
  append_member(text, "title", section.title);
  text += ",\"facts\":{";
  for (std::size_t i = 0; i < section.facts.size(); ++i) {
    if (i != 0) text += ',';
    append_member(text, section.facts[i].first, section.facts[i].second);
  }
  text += "},\"rows\":[";
  for (std::size_t i = 0; i < section.rows.size(); ++i) {
    text += i == 0 ? "{" : ",{";
    for (std::size_t j = 0; j < section.columns.size(); ++j) {
      if (j != 0) text += ',';
      append_member(text, section.columns[j], section.rows[i][j]);
    }
    text += '}';
  }
  text += "],\"notes\":[";
  for (std::size_t i = 0; i < section.notes.size(); ++i) {
    if (i != 0) text += ',';
    append_json_text(text, section.notes[i]);
  }
  text += "]}";
}

}  // namespace

void print_text(const Explanation& explanation, std::ostream& out) {
  out << explanation.headline << '\n' << explanation.kind << ' ' << explanation.key << '\n';
  if (explanation.disagreement.empty()) {
    out << "Computed again from what is kept: the stored row agrees.\n";
  } else {
    out << "\n!!! THE STORED ROW IS NOT WHAT ITS SET AND THE KEPT VALUES GIVE:\n!!! "
        << explanation.disagreement << "\n!!! See `parkwatch audit verify`.\n";
  }
  for (const ExplainedSection& section : explanation.sections) {
    out << '\n' << section.title << '\n';
    std::size_t width = 0;
    for (const auto& [name, text] : section.facts) width = std::max(width, width_of(name));
    for (const auto& [name, text] : section.facts) {
      out << "  " << padded(name, width + 2) << text << '\n';
    }
    if (!section.rows.empty()) print_table(section, out);
    for (const std::string& note : section.notes) out << "  " << note << '\n';
  }
}

void print_json(const Explanation& explanation, std::ostream& out) {
  std::string text = "{";
  append_member(text, "kind", explanation.kind);
  text += ',';
  append_member(text, "key", explanation.key);
  text += ',';
  append_member(text, "headline", explanation.headline);
  text += ",\"agrees\":";
  text += explanation.disagreement.empty() ? "true" : "false";
  text += ',';
  append_member(text, "disagreement", explanation.disagreement);
  text += ",\"sections\":[";
  for (std::size_t i = 0; i < explanation.sections.size(); ++i) {
    if (i != 0) text += ',';
    append_section(text, explanation.sections[i]);
  }
  out << text << "]}\n";
}

}  // namespace parkwatch
