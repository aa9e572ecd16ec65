// The worked examples of docs/rules/TS-L*.md, run as they stand there.
#include <gtest/gtest.h>

#include <set>

#include "model/rules_csv.h"
#include "processors/lifecycle.h"
#include "tests/support/example_tables.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

const char* const kinds[] = {"Breach", "Near miss", "Late correction"};

EventTime instant(const std::string& page_text) {
  return EventTime(parse_iso_time(page_time(page_text)).value());
}

/// "a=1; b=2" as members; times are written out.
void add_members(const std::string& text, Document& document) {
  for (const std::string& pair : parts_of(text, ';')) {
    const std::size_t equals = pair.find('=');
    const std::string name = pair.substr(0, equals);
    const std::string value = pair.substr(equals + 1);
    document.members[name] = name == "start" || name == "end" ? page_time(value) : value;
  }
}

Document document_of(const ExampleRow& row) {
  Document document;
  document.type = "milestone";
  document.source = "page";
  document.id = row.at("id");
  document.park = "p1";
  document.members["project"] = "pr1";
  document.members["act"] = row.at("act");
  document.members["time"] = page_time(row.at("time"));
  add_members(row.at("members"), document);
  return document;
}

void add_fact(const Document& document, ProjectFacts& facts) {
  const std::string_view act = document.member("act");
  const auto time = [&](std::string_view member) {
    return EventTime(parse_iso_time(document.member(member)).value());
  };
  if (act == "(inferred production)") {
    facts.inferred = InferredProduction{time("time"), document.id};
  } else if (act == "(standstill)") {
    Standstill standstill{std::string(document.member("facility")), time("time"), {}, {}, "x"};
    if (!document.member("end").empty()) standstill.to = time("end");
    standstill.production =
        std::chrono::hours(std::stoi(std::string(document.member("production_hours"))));
    facts.standstills.push_back(standstill);
  } else {
    const Result<Milestone, std::string> milestone = Milestone::parse(document);
    ASSERT_TRUE(milestone) << milestone.error();
    facts.milestones.push_back(*milestone);
  }
}

/// What was known at an hour: of each id the copy received last.
ProjectFacts facts_at(const std::vector<ExampleRow>& documents, EventTime now) {
  std::map<std::string, Document> known;
  for (const ExampleRow& row : documents) {
    if (instant(row.at("received")) <= now) known[row.at("id")] = document_of(row);
  }
  ProjectFacts facts;
  facts.id = "pr1";
  for (const auto& [id, document] : known) {
    if (!document.revoked()) add_fact(document, facts);
  }
  return facts;
}

std::string line_of(const Violation& violation) {
  const auto text = [](std::optional<EventTime> at) { return at ? utc_text(*at) : std::string(); };
  return violation.subject + " | " + text(violation.start) + " | " +
         violation_state_text(violation.state) + " | " + text(violation.end) + " | " +
         text(violation.due) + " | " + violation.severity + " | " + violation.basis + "\n";
}

std::string line_of(const ExampleRow& row) {
  const auto text = [&](const char* column) {
    return row.at(column).empty() ? std::string() : utc_text(instant(row.at(column)));
  };
  return row.at("subject") + " | " + text("start") + " | " + row.at("state") + " | " + text("end") +
         " | " + text("due") + " | " + row.at("severity") + " | " + row.at("basis") + "\n";
}

class LifecyclePages : public testing::TestWithParam<int> {};

TEST_P(LifecyclePages, HoldAsTheyStand) {
  const std::string number = std::to_string(GetParam());
  const std::string rule = std::string("TS-L") + (number.size() < 2 ? "0" : "") + number;
  const LifecycleRules rules = parse_rules(source_folder("rules")).rules.lifecycle;
  std::set<std::string> found;
  const std::vector<ExampleTable> tables = example_tables(rule);
  ASSERT_EQ(tables.size() % 2, 0u);
  for (std::size_t i = 0; i < tables.size(); i += 2) {
    const ExampleTable &documents = tables[i], &judgements = tables[i + 1];
    SCOPED_TRACE(rule + ", " + documents.heading);
    ASSERT_EQ(documents.heading, judgements.heading);
    found.insert(documents.heading.substr(0, documents.heading.find(':')));
    std::map<EventTime, std::string> expected;
    for (const ExampleRow& row : judgements.rows) {
      std::string& lines = expected[instant(row.at("as of"))];
      if (row.at("subject") != "none") lines += line_of(row);
    }
    ASSERT_FALSE(expected.empty());
    for (const auto& [now, lines] : expected) {
      SCOPED_TRACE("as of " + utc_text(now));
      std::string judged;
      for (const Violation& violation :
           judge_project(facts_at(documents.rows, now), rules, Zone{}, now)) {
        if (violation.rule == rule) judged += line_of(violation);
      }
      EXPECT_EQ(judged, lines);
    }
  }
  for (const char* kind : kinds) EXPECT_TRUE(found.contains(kind)) << rule << " lacks a " << kind;
}

INSTANTIATE_TEST_SUITE_P(Rules, LifecyclePages, testing::Range(1, 16));

}  // namespace
}  // namespace parkwatch
