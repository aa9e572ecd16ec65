// The worked examples of docs/rules/TS-O*.md, run as they stand there.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "tests/support/files.h"
#include "tests/support/operation_world.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

std::string without_blanks(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, mark);) parts.push_back(without_blanks(part));
  return parts;
}

/// One row of a page's tables, and the registry files that stand above it.
struct Example {
  std::string name, sent, sent_later, violations, in_the_end;
  std::map<std::string, std::string> files;
};

/// Reads the tables whose first column is `case`; a fence "```csv FILE" replaces that file below
/// it.
std::vector<Example> examples_of(const std::string& page) {
  std::vector<Example> examples;
  std::map<std::string, std::string> files;
  std::string fence;
  std::istringstream lines(file_bytes(std::string(PARKWATCH_SOURCE_DIR) + "/docs/rules/" + page));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      fence = line.starts_with("```csv ") ? line.substr(7) : "";
      if (!fence.empty()) files[fence].clear();
      continue;
    }
    if (!fence.empty()) files[fence] += line + "\n";
    if (!line.starts_with("|") || line.starts_with("|---")) continue;
    const std::vector<std::string> cells = split(line.substr(1), '|');
    if (cells.size() != 5) {
      ADD_FAILURE() << page << ": five columns are wanted: " << line;
    } else if (cells[0] != "case") {
      examples.push_back({cells[0], cells[1], cells[2], cells[3], cells[4], files});
    }
  }
  return examples;
}

std::string clock_text(std::int64_t milliseconds) {
  const std::int64_t minutes = (milliseconds - at(operation_day)) / 60'000;
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

/// The rule's violations as the pages write them: "08:22-08:52 critical 0.9 kg; ...".
std::string violations_of(World& world, const std::string& rule) {
  std::string text;
  for (const Row& row : world.rows(TableId::Violation, {std::string("p1"), rule})) {
    if (!text.empty()) text += "; ";
    const auto* end = std::get_if<std::int64_t>(&row[6]);
    text += clock_text(std::get<std::int64_t>(row[3])) + "-" + (end ? clock_text(*end) : "");
    text += " " + std::get<std::string>(row[8]);
    if (const auto* mass = std::get_if<std::int64_t>(&row[9])) {
      text += " " + fixed_text(*mass, 9) + " kg";
    }
  }
  return text.empty() ? "none" : text;
}

class OperationPages : public testing::TestWithParam<std::string> {};

TEST_P(OperationPages, SayWhatTheProgramFinds) {
  const std::string rule = GetParam();
  std::set<std::string> kinds;
  for (const Example& example : examples_of(rule + ".md")) {
    SCOPED_TRACE(rule + ": " + example.name);
    for (const char* kind : {"breach", "near miss", "late correction"}) {
      if (example.name.starts_with(kind)) kinds.insert(kind);
    }
    World world(operation_registry(example.files));
    world.feed(operation_log(example.sent, false));
    world.tick("2026-03-17T04:00:00Z");
    EXPECT_EQ(violations_of(world, rule), example.violations);
    if (example.sent_later.empty()) continue;
    world.feed(operation_log(example.sent_later, true));
    world.tick("2026-03-18T05:00:00Z");
    EXPECT_EQ(violations_of(world, rule), example.in_the_end);
  }
  EXPECT_EQ(kinds.size(), 3u) << "a page has a breach, a near miss and a late correction";
}

/// Replay invariance: what came last comes first, and every hour has closed by then.
TEST_P(OperationPages, DoNotDependOnTheOrderOfArrival) {
  const std::string rule = GetParam();
  for (const Example& example : examples_of(rule + ".md")) {
    if (example.sent_later.empty()) continue;
    SCOPED_TRACE(rule + ": " + example.name);
    World world(operation_registry(example.files));
    world.feed(operation_log(example.sent_later, true));
    world.feed(operation_log(example.sent, false));
    world.tick("2026-03-18T05:00:00Z");
    EXPECT_EQ(violations_of(world, rule), example.in_the_end);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, OperationPages,
                         testing::Values("TS-O01", "TS-O02", "TS-O03", "TS-O04", "TS-O05", "TS-O06",
                                         "TS-O07", "TS-O08", "TS-O09", "TS-O10", "TS-O11"),
                         [](const auto& page) { return "O" + page.param.substr(4); });

}  // namespace
}  // namespace parkwatch
