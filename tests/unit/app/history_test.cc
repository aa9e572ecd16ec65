#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

Cell text(const char* value) {
  return std::string(value);
}

const Key hour_so2 = {text("p1"), text("hour"), at("2026-03-15T01:00:00Z"), text("air1"),
                      text("a21026")};

/// One hour report of sulphur dioxide, received at a time.
std::string report(const std::string& value, const std::string& received, bool resend = false,
                   const std::string& hour = "2026-03-15T01:00:00Z") {
  std::string document =
      reading("hour", hour, received, R"({"a21026":{"value":)" + value + R"(,"flag":"N"}})");
  if (resend) document.insert(1, R"("resend":true,)");
  return document;
}

/// The column of every row of a table whose key begins so, in key order.
std::vector<std::string> column(World& world, TableId id, const Key& prefix,
                                const std::string& name) {
  std::vector<std::string> found;
  const std::size_t key_columns = table(id).key_columns;
  for (const Row& row : world.rows(id, prefix)) {
    const Key key(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(key_columns));
    found.push_back(world.value(id, key, name));
  }
  return found;
}

std::vector<std::string> causes(World& world, const char* kind = "verdict") {
  return column(world, TableId::History, {text(kind)}, "cause");
}

using Texts = std::vector<std::string>;

TEST(History, NamesWhyAVersionWasReplaced) {
  struct Case {
    const char* name;
    std::vector<std::string> first, then;
    Texts causes;
  };
  const std::string known = report("40", "2026-03-15T02:00:01Z");
  const Case cases[] = {
      {"nothing came before", {}, {report("60", "2026-03-15T05:00:00Z")}, {"late"}},
      {"sent again", {}, {report("60", "2026-03-15T05:00:00Z", true)}, {"resent"}},
      {"another value", {known}, {report("60", "2026-03-15T05:00:00Z")}, {"contradicted"}},
      {"another value, sent again",
       {known},
       {report("60", "2026-03-15T05:00:00Z", true)},
       {"contradicted"}},
      {"the same value", {known}, {report("40", "2026-03-15T05:00:00Z", true)}, {}},
      {"two minutes, two versions",
       {known},
       {report("60", "2026-03-15T05:00:00Z"), report("61", "2026-03-15T05:01:00Z")},
       {"contradicted", "contradicted"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    // Another hour's report makes the series known, so that the hour is closed as missing.
    world.feed({report("40", "2026-03-15T01:00:01Z", false, "2026-03-15T00:00:00Z")});
    if (!c.first.empty()) world.feed(c.first);
    world.tick("2026-03-15T02:10:00Z");
    world.feed(c.then);
    EXPECT_EQ(causes(world), c.causes);
  }
}

TEST(History, EventsDoNotDependOnBatches) {
  const std::vector<std::string> there_and_back = {report("40", "2026-03-15T05:00:01Z"),
                                                   report("60", "2026-03-15T05:00:02Z")};
  // Stamped earlier, it comes later: another episode begins before.
  const std::string stamped_early =
      report("60", "2026-03-15T04:00:00Z", false, "2026-03-15T00:00:00Z");
  std::map<bool, Texts> minutes;
  for (const bool split : {false, true}) {
    World world;
    world.feed({report("40", "2026-03-15T01:00:01Z", false, "2026-03-15T00:00:00Z"),
                report("60", "2026-03-15T02:00:01Z")});
    world.tick("2026-03-15T02:10:00Z");
    if (split) {
      for (const std::string& one : there_and_back) world.feed({one});
    } else {
      world.feed(there_and_back);
    }
    world.feed({stamped_early});
    minutes[split] = column(world, TableId::EpisodeEvent, {}, "minute");
  }
  EXPECT_EQ(minutes[false], minutes[true]);
  EXPECT_TRUE(std::count(minutes[true].begin(), minutes[true].end(), "2026-03-15T05:00:00Z") > 0);
}

TEST(History, CauseAndEvidenceDoNotDependOnBatches) {
  const std::vector<std::string> burst = {
      report("60", "2026-03-15T05:00:01Z", true), report("61", "2026-03-15T05:00:02Z"),
      reading("hour", "2026-03-15T01:00:00Z", "2026-03-15T05:00:03Z",
              R"({"a00000":{"value":3,"flag":"N"}})")};
  for (const bool split : {false, true}) {
    SCOPED_TRACE(split);
    World world;
    world.feed({report("40", "2026-03-15T01:00:01Z", false, "2026-03-15T00:00:00Z")});
    world.tick("2026-03-15T02:10:00Z");
    if (split) {
      for (const std::string& one : burst) world.feed({one});
    } else {
      world.feed(burst);
    }
    EXPECT_EQ(causes(world), Texts{"contradicted"});
    const Key verdict = {text("verdict")};
    EXPECT_EQ(column(world, TableId::History, verdict, "minute"), Texts{"2026-03-15T02:10:00Z"});
    EXPECT_EQ(column(world, TableId::History, verdict, "registry"), Texts{"set"});
    // The flow came last and touched the hour too, without a part in this verdict.
    const Texts evidence = column(world, TableId::History, verdict, "evidence");
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_TRUE(evidence.front().starts_with("input/0/")) << evidence.front();
  }
}

/// A sample of the drain's factor, received at a time.
std::string sample(const std::string& factor, const std::string& time, const std::string& received,
                   bool resend = false) {
  std::string document = reading("realtime", time, received,
                                 R"({")" + factor + R"(":{"value":3,"flag":"N"}})", "WATER1");
  if (resend) document.insert(1, R"("resend":true,)");
  return document;
}

TEST(History, ASampleThatSaysNothingNewOfItsSlotIsStillACause) {
  std::map<std::string, std::string> registry = default_registry();
  std::string& factors = registry["factors.csv"];
  const std::string continuous = "water1,w01018,mg/L,0,1000,,no,,,";
  factors.replace(factors.find(continuous), continuous.size(),
                  "water1,w01018,mg/L,0,1000,,yes,120,,");
  // The flow makes another version of the second hour of the slot; the first value of the slot
  // stands.
  const std::vector<std::string> burst = {
      sample("w00000", "2026-03-15T17:10:00Z", "2026-03-15T21:00:01Z"),
      sample("w01018", "2026-03-15T16:30:00Z", "2026-03-15T21:00:02Z", true)};
  for (const bool split : {false, true}) {
    SCOPED_TRACE(split);
    World world(registry);
    world.feed({sample("w01018", "2026-03-15T16:05:00Z", "2026-03-15T16:05:01Z"),
                sample("w00000", "2026-03-15T16:06:00Z", "2026-03-15T16:06:01Z")});
    world.tick("2026-03-15T20:00:00Z");
    if (split) {
      for (const std::string& one : burst) world.feed({one});
    } else {
      world.feed(burst);
    }
    const Key flow = {text("outlet_window"), text("p1|hour|2026-03-15T17:00:00Z|water1|w00000")};
    EXPECT_EQ(column(world, TableId::History, flow, "cause"), Texts{"resent"});
  }
}

TEST(History, TheFirstArrivalIsThatOfTheFirstCopyInAnyOrder) {
  const std::string first = report("40", "2026-03-15T02:00:01Z");
  const std::string second = report("41", "2026-03-15T07:00:00Z");
  const std::string again = report("41", "2026-03-15T08:00:00Z");
  for (const Texts& order : {Texts{first, second, again}, Texts{again, second, first},
                             Texts{second, first, again, first}}) {
    World world;
    for (const std::string& one : order) world.feed({one});
    world.tick("2026-03-15T09:00:00Z");
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "first_arrival"),
              "2026-03-15T02:00:01Z");
    EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "value"), "41");
  }
}

TEST(History, AnHourWithoutDataHasNoFirstArrival) {
  World world;
  world.feed({report("40", "2026-03-15T01:00:01Z", false, "2026-03-15T00:00:00Z")});
  world.tick("2026-03-15T02:10:00Z");
  EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "first_arrival"), "");
  world.feed({report("40", "2026-03-16T02:10:00Z")});
  EXPECT_EQ(world.value(TableId::OutletWindow, hour_so2, "first_arrival"), "2026-03-16T02:10:00Z");
}

/// event, first window and minute, whether retroactive, of the exceedances.
Texts exceedance_events(World& world) {
  Texts found;
  for (const Row& row : world.rows(TableId::EpisodeEvent)) {
    if (std::get<std::string>(row[4]) != "exceedance") continue;
    const Key key(row.begin(), row.begin() + 2);
    std::string line;
    for (const char* name : {"event", "first_window", "minute", "retroactive"}) {
      line += world.value(TableId::EpisodeEvent, key, name) + " ";
    }
    found.push_back(line);
  }
  return found;
}

TEST(EpisodeHistory, SaysWhatWasLearnedInHindsight) {
  World in_time;
  in_time.feed({report("60", "2026-03-15T02:00:01Z")});
  in_time.tick("2026-03-15T02:10:00Z");
  EXPECT_EQ(exceedance_events(in_time),
            Texts{"opened 2026-03-15T01:00:00Z 2026-03-15T02:10:00Z 0 "});
  in_time.feed({report("40", "2026-03-17T08:00:00Z")});
  EXPECT_EQ(exceedance_events(in_time),
            (Texts{"opened 2026-03-15T01:00:00Z 2026-03-15T02:10:00Z 0 ",
                   "withdrawn 2026-03-15T01:00:00Z 2026-03-17T08:00:00Z 1 "}));

  World late;
  late.feed({report("40", "2026-03-15T02:00:01Z")});
  late.tick("2026-03-15T02:10:00Z");
  late.feed({report("60", "2026-03-17T08:00:00Z")});
  EXPECT_EQ(exceedance_events(late), Texts{"opened 2026-03-15T01:00:00Z 2026-03-17T08:00:00Z 1 "});
}

}  // namespace
}  // namespace parkwatch
