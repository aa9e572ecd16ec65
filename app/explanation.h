#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace parkwatch {

/// One step of a derivation, for people and programs alike.
struct ExplainedSection {
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  // name and text
  std::vector<std::string> columns;                        // of `rows`; empty: no table
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> notes;

  /// Adds a fact; none without a text.
  void fact(std::string name, std::string text) {
    if (!text.empty()) facts.emplace_back(std::move(name), std::move(text));
  }
};

/// How a stored row came about, from the result down to the raw frames.
struct Explanation {
  std::string kind, key;
  std::string headline;      // the result in one sentence
  std::string disagreement;  // how the stored row differs from its derivation; empty: it agrees
  std::vector<ExplainedSection> sections;

  /// Begins a section; the reference holds until the next one.
  ExplainedSection& add(std::string title) {
    sections.push_back({std::move(title), {}, {}, {}, {}});
    return sections.back();
  }
};

/// As indented text with aligned columns, at the width that the content needs.
void print_text(const Explanation& explanation, std::ostream& out);
/// As one JSON object; every value is a string.
void print_json(const Explanation& explanation, std::ostream& out);

}  // namespace parkwatch
