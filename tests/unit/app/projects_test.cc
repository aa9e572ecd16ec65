// Construction projects end to end: documents in, violations, episodes and history out.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "app/project_check.h"
#include "app/rejudge_command.h"
#include "app/rows.h"
#include "tests/support/replayed_store.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

const std::map<std::string, std::string> with_project = {
    {"projects.csv", "id,enterprise,name,outlets,valid_from,valid_to\npr1,e1,Project,air1,,\n"}};

/// A milestone of project pr1; `more` are further members with a comma before each.
std::string milestone(const std::string& id, const std::string& act, const std::string& time,
                      const std::string& received, const std::string& more = "") {
  return R"({"type":"milestone","source":"eia","id":")" + id +
         R"(","park":"p1","project":"pr1","act":")" + act + R"(","time":")" + time +
         R"(","received":")" + received + "\"" + more + "}";
}

Key violation(const std::string& rule, const std::string& start) {
  return {std::string("p1"), rule, std::string("pr1"), at(start)};
}

std::size_t violations_of(World& world, const std::string& rule) {
  return world.rows(TableId::Violation, {std::string("p1"), rule}).size();
}

std::vector<std::string> episode_states(World& world, const std::string& rule) {
  std::vector<std::string> states;
  for (const Row& row : world.rows(TableId::EpisodeEvent)) {
    if (text_of(row[4]) == rule) states.push_back(text_of(row[2]));
  }
  return states;
}

Health health_of_projects(const std::string& url) {
  return check_projects(*open_store_snapshot(url)).health;
}

TEST(Projects, ABreachIsARowAndAnEpisodeThatLateDocumentsWithdraw) {
  World world(with_project);
  const Key key = violation("TS-L01", "2026-03-09T00:00:00Z");
  world.feed(
      {milestone("m1", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z")});
  EXPECT_EQ(world.value(TableId::Violation, key, "state"), "ongoing");
  EXPECT_EQ(world.value(TableId::Violation, key, "phase"), "closed");
  EXPECT_EQ(world.value(TableId::Violation, key, "severity"), "critical");
  EXPECT_EQ(world.value(TableId::Violation, key, "basis"), "EIA Law Art. 25");
  EXPECT_EQ(world.value(TableId::Violation, key, "evidence"), "eia/m1");
  EXPECT_EQ(episode_states(world, "TS-L01"), std::vector<std::string>{"opened"});

  world.feed({milestone("m2", "eia_approval", "2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")});
  EXPECT_EQ(world.value(TableId::Violation, key, "state"), "ended");
  EXPECT_EQ(world.value(TableId::Violation, key, "end"), "2026-04-01T00:00:00Z");
  EXPECT_EQ(world.value(TableId::Violation, key, "evidence"), "eia/m1; eia/m2");

  world.feed({milestone("m2", "eia_approval", "2026-03-01T00:00:00Z", "2026-05-02T00:00:00Z")});
  EXPECT_EQ(world.value(TableId::Violation, key, "state"), "no row");
  EXPECT_EQ(world.rows(TableId::History, {std::string("violation")}).size(), 2u);
  for (const Row& row : world.rows(TableId::Episode)) EXPECT_NE(text_of(row[1]), "TS-L01");
}

TEST(Projects, TimeAloneTurnsADueDateIntoABreach) {
  World world(with_project);
  world.feed(
      {milestone("m1", "acceptance_report", "2026-09-29T07:00:00Z", "2026-09-30T00:00:00Z")});
  const Key due = violation("TS-L08", "2026-09-29T07:00:00Z");
  const Key breach = violation("TS-L08", "2026-10-12T16:00:00Z");
  EXPECT_EQ(world.value(TableId::Violation, due, "state"), "due");
  EXPECT_EQ(world.value(TableId::Violation, due, "phase"), "open");
  EXPECT_EQ(world.value(TableId::Violation, due, "severity"), "info");
  EXPECT_EQ(world.value(TableId::Violation, due, "due"), "2026-10-12T16:00:00Z");
  world.tick("2026-10-12T15:59:00Z");
  EXPECT_EQ(world.value(TableId::Violation, due, "severity"), "warning");
  EXPECT_EQ(world.value(TableId::Violation, breach, "state"), "no row");
  world.tick("2026-10-12T16:00:00Z");
  EXPECT_EQ(world.value(TableId::Violation, due, "state"), "no row");
  EXPECT_EQ(world.value(TableId::Violation, breach, "state"), "ongoing");
}

TEST(Projects, ARevokedDocumentNoLongerCounts) {
  World world(with_project);
  world.feed(
      {milestone("m1", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z")});
  EXPECT_EQ(violations_of(world, "TS-L03"), 1u);
  world.feed({R"({"type":"milestone","source":"eia","id":"m1","park":"p1","revoked":true,)"
              R"("received":"2026-03-11T01:00:00Z"})"});
  EXPECT_EQ(violations_of(world, "TS-L03"), 0u);
}

TEST(Projects, WhatCannotBeReadIsADeadLetterWithItsReason) {
  World world(with_project);
  world.feed(
      {milestone("m1", "construction_begin", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z"),
       milestone("m2", "main_progress", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z",
                 R"(,"percent":101)"),
       milestone("m3", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z")});
  EXPECT_EQ(violations_of(world, "TS-L01"), 1u);
  std::set<std::string> details;
  for (const Row& row : world.rows(TableId::DeadLetter)) {
    EXPECT_EQ(text_of(row[1]), "bad_document");
    details.insert(text_of(row[3]));
  }
  EXPECT_EQ(details, (std::set<std::string>{"act: 'construction_begin' is not known",
                                            "percent: '101' is not from 0 to 100"}));
}

TEST(Projects, FirstProductionIsInferredFromEmission) {
  World world(with_project);
  const auto hour = [](const std::string& time, const std::string& received,
                       const std::string& flow) {
    return reading("hour", time, received,
                   R"({"a21026":{"value":"10","flag":"N"},"a00000":{"value":")" + flow +
                       R"(","flag":"N"},"a19001":{"value":"9","flag":"N"}})");
  };
  world.feed({hour("2026-03-15T01:00:00Z", "2026-03-15T02:01:00Z", "0"),
              hour("2026-03-15T02:00:00Z", "2026-03-15T03:01:00Z", "5"),
              hour("2026-03-15T03:00:00Z", "2026-03-15T04:01:00Z", "5")});
  world.tick("2026-03-17T00:00:00Z");
  const Key key = violation("TS-L11", "2026-03-15T03:00:00Z");
  EXPECT_EQ(world.value(TableId::Violation, key, "state"), "ongoing");
  EXPECT_EQ(world.value(TableId::Violation, key, "evidence"), "inferred/air1 2026-03-15T02:00:00Z");
  // The hour before is corrected: it emitted too.
  world.feed({hour("2026-03-15T01:00:00Z", "2026-03-17T00:30:00Z", "5")});
  EXPECT_EQ(world.value(TableId::Violation, key, "state"), "no row");
  EXPECT_EQ(world.value(TableId::Violation, violation("TS-L11", "2026-03-15T02:00:00Z"), "state"),
            "ongoing");
  // Declared later than that: the declaration counts.
  world.feed({milestone("m1", "first_production", "2026-03-16T23:00:00Z", "2026-03-17T00:40:00Z")});
  EXPECT_EQ(violations_of(world, "TS-L11"), 1u);
  EXPECT_EQ(world.value(TableId::Violation, violation("TS-L11", "2026-03-16T23:00:00Z"), "state"),
            "due");
}

TEST(Projects, AnUnknownProjectsDocumentsWaitForIt) {
  World world;
  world.feed(
      {milestone("m1", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z")});
  EXPECT_EQ(world.rows(TableId::Document).size(), 1u);
  EXPECT_TRUE(world.rows(TableId::Violation).empty());
}

TEST(Projects, RegisteredLaterTheyCountAsIfTheyAlwaysHad) {
  const ReplayedStore files;
  files.write_registry(default_registry());
  std::ofstream(files.path("log.jsonl"))
      << milestone("m1", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z")
      << '\n';
  files.replay_log("store.db");
  EXPECT_EQ(health_of_projects(files.url("store.db")), Health::Finding);
  const std::string none = files.exported("violation");
  files.write_registry(with_project);
  RejudgeOptions options;
  options.registry = files.path("registry");
  options.store_url = files.url("store.db");
  std::ostringstream out, err;
  EXPECT_EQ(rejudge(options, out, err), ExitCode::Ok) << err.str();
  files.replay_log("new.db");
  EXPECT_NE(files.exported("violation"), none);
  EXPECT_EQ(files.exported("violation"), files.exported("violation", "new.db"));
  EXPECT_EQ(files.exported("episode"), files.exported("episode", "new.db"));
  EXPECT_EQ(health_of_projects(files.url("store.db")), Health::Good);
}

}  // namespace
}  // namespace parkwatch
