#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/example_tables.h"
#include "tests/support/store_rows.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

using Words = std::vector<std::string>;

/// "15 09:00" of March 2026 in China Standard Time, as ISO text.
std::string local_time(const std::string& day, const std::string& time) {
  return "2026-03-" + day + "T" + time + (time.size() == 5 ? ":00" : "") + "+08:00";
}

std::string local_time(const std::string& text) {
  const Words words = parts_of(text, ' ');
  return local_time(words.at(0), words.at(1));
}

std::map<std::string, std::string> marked_registry(const std::string& scheme) {
  return {{"outlets.csv",
           "id,enterprise,code,name,medium,main,concentration_basis,flow_basis,oxygen_basis,"
           "mark_scheme\n"
           "air1,e1,DA001,Stack,air,yes,standard-dry,standard-dry,standard-dry," +
               scheme + "\n"},
          {"devices.csv", "mn,outlet,protocol_version\nAIR1,air1,2017\n"},
          {"factors.csv", "outlet,factor,unit\nair1,a21026,\nair1,a00000,\nair1,a34013,\n"},
          {"permits.csv",
           "id,outlet,factor,limit,unit,span,source\n"
           "air,air1,a21026,50,mg/m3,hour,test\nday,air1,a21026,45,mg/m3,day,test\n"}};
}

/// A mark as the examples write it: ID NAME DAY TIME to DAY TIME, then words that say more.
std::string mark_document(const Words& words, const std::string& received,
                          const std::string& scheme) {
  std::string more, named_scheme = scheme;
  for (std::size_t i = 7; i < words.size(); ++i) {
    if (words[i] == "revoked" || words[i] == "found_false") more += ",\"" + words[i] + "\":true";
    if (words[i] == "cement") named_scheme = words[i];
    if (words[i] == "for") more += R"(,"factor":")" + words.at(i + 1) + "\"";
  }
  return R"({"type":"mark","source":"portal","park":"p1","outlet":"air1","author":"Li","id":")" +
         words.at(0) + R"(","scheme":")" + named_scheme + R"(","mark":")" + words.at(1) +
         R"(","from":")" + local_time(words.at(2), words.at(3)) + R"(","to":")" +
         local_time(words.at(5), words.at(6)) + R"(","received":")" + received + "\"" + more + "}";
}

std::string sulphur_report(const std::string& hour, const std::string& received,
                           const std::string& value, const std::string& others = "") {
  return reading("hour", hour, received,
                 R"({"a21026":{"value":)" + value + R"(,"flag":"N"})" + others + "}");
}

void feed_record(World& world, const std::string& record, const std::string& received) {
  const Words words = parts_of(record, ' ');
  if (words.at(0) == "tick") return world.tick(received);
  if (words.at(0) == "report") {
    return world.feed(
        {sulphur_report(local_time(words.at(1), words.at(2)), received, words.at(3))});
  }
  world.feed({mark_document({words.begin() + 1, words.end()}, received, "thermal-power")});
}

const Key nine_o_clock = {text("p1"),   text("hour"),   at("2026-03-15T01:00:00Z"),
                          text("air1"), text("a21026"), text("permit/air")};

/// "cause: state" of each former version of the verdict of 09:00.
std::string former_versions(World& world) {
  std::string found;
  for (const Row& row : world.rows(TableId::History, {text("verdict")})) {
    const std::string& key = std::get<std::string>(row[1]);
    if (key.find("2026-03-15T01:00:00Z|air1|a21026|permit/air") == std::string::npos) continue;
    const std::string& content = std::get<std::string>(row[3]);
    const std::size_t from = content.find(";state=") + 7;
    if (!found.empty()) found += ", ";
    found +=
        std::get<std::string>(row[5]) + ": " + content.substr(from, content.find(';', from) - from);
  }
  return found;
}

TEST(Marks, WorkedExamplesOfOneHour) {
  std::size_t examples = 0;
  for (const ExampleTable& example : example_tables("marks")) {
    if (example.rows.empty() || !example.rows.front().contains("received")) continue;
    SCOPED_TRACE(example.heading);
    ++examples;
    World world(marked_registry("thermal-power"));
    for (const auto& row : example.rows) {
      SCOPED_TRACE(row.at("received") + " " + row.at("record"));
      feed_record(world, row.at("record"), local_time(row.at("received")));
      EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state_before_marks"),
                row.at("before marks"));
      EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), row.at("after marks"));
      EXPECT_EQ(former_versions(world), row.at("former versions"));
      const std::string standing = world.value(TableId::Mark, {text("p1"), text("air1")}, "state");
      EXPECT_EQ(standing == "no row" ? "" : standing, row.at("standing"));
    }
  }
  EXPECT_EQ(examples, 10u);
}

/// The marks of an example, each made at once.
std::vector<std::string> mark_documents(const std::string& marks, const std::string& received,
                                        const std::string& scheme) {
  std::vector<std::string> documents;
  for (const std::string& mark : parts_of(marks, ';')) {
    Words words = parts_of(mark, ' ');
    words.insert(words.begin(), "m" + std::to_string(documents.size()));
    documents.push_back(mark_document(words, received, scheme));
  }
  return documents;
}

TEST(Marks, WorkedExamplesOfWhatCoversAnHour) {
  for (const auto& row : example_table("marks", "What covers an hour").rows) {
    SCOPED_TRACE(row.at("marks"));
    World world(marked_registry("thermal-power"));
    world.feed({sulphur_report("2026-03-15T01:00:00Z", "2026-03-15T02:00:10Z", "60",
                               R"(,"a00000":{"value":10,"flag":"N"})")});
    const auto marks = mark_documents(row.at("marks"), "2026-03-15T02:01:00Z", "thermal-power");
    if (!marks.empty()) world.feed(marks);
    world.tick("2026-03-16T04:00:00Z");
    const Key window(nine_o_clock.begin(), nine_o_clock.end() - 1);
    EXPECT_EQ(world.value(TableId::OutletWindow, window, "state"), row.at("window"));
    EXPECT_EQ(world.value(TableId::OutletWindow, window, "mass_kg"), row.at("mass kg"));
    EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state_before_marks"),
              row.at("before marks"));
    EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), row.at("after marks"));
  }
}

TEST(Marks, WorkedExamplesOfYearlyCaps) {
  for (const auto& row : example_table("marks", "Yearly cap").rows) {
    SCOPED_TRACE(row.at("marks") + " " + row.at("hour") + " " + row.at("dust"));
    std::map<std::string, std::string> files = marked_registry(row.at("scheme"));
    const std::string& factor = row.at("factor");
    files["factors.csv"] = "outlet,factor,unit\nair1," + factor + ",\nair1,a34013,\n";
    files["permits.csv"] =
        "id,outlet,factor,limit,unit,span,source\nair,air1," + factor + ",50,mg/m3,hour,test\n";
    World world(files);
    const std::string hour = local_time(row.at("hour"));
    std::string factors = "{\"" + factor + R"(":{"value":60,"flag":"N"})";
    if (!row.at("dust").empty()) {
      factors += R"(,"a34013":{"value":)" + row.at("dust") + R"(,"flag":"N"})";
    }
    world.feed(mark_documents(row.at("marks"), "2026-03-14T16:00:00Z", row.at("scheme")));
    world.feed({reading("hour", hour, "2026-03-19T00:00:00Z", factors + "}")});
    world.tick("2026-03-20T16:00:00Z");
    const std::string by = row.at("decided by");
    std::string state = by.empty() ? "over" : "exempt(" + by + ")";
    if (by == "stop") state = "exempt(not_operating)";
    EXPECT_EQ(
        world.value(TableId::Verdict,
                    {text("p1"), text("hour"), at(hour), text("air1"), text(factor)}, "state"),
        state);
  }
}

/// "21 × 40, 3 × 100": hour reports from local midnight on, `-` for none.
std::vector<std::string> hour_reports(const std::string& hours) {
  std::vector<std::string> reports;
  std::int64_t hour = at("2026-03-14T16:00:00Z");
  for (const std::string& run : parts_of(hours, ',')) {
    const Words words = parts_of(run, ' ');
    for (int i = 0; i < std::stoi(words.at(0)); ++i, hour += 3'600'000) {
      if (words.at(2) == "-") continue;
      reports.push_back(sulphur_report(utc_text(hour), utc_text(hour + 3'610'000), words.at(2)));
    }
  }
  return reports;
}

TEST(Marks, WorkedExamplesOfDays) {
  for (const auto& row : example_table("marks", "The day").rows) {
    SCOPED_TRACE(row.at("hours") + " " + row.at("marks"));
    World world(marked_registry("thermal-power"));
    world.feed(hour_reports(row.at("hours")));
    const auto marks = mark_documents(row.at("marks"), "2026-03-15T16:00:00Z", "thermal-power");
    if (!marks.empty()) world.feed(marks);
    world.tick("2026-03-16T04:00:00Z");
    const Key window = {text("p1"), text("day"), at("2026-03-14T16:00:00Z"), text("air1"),
                        text("a21026")};
    EXPECT_EQ(world.value(TableId::OutletWindow, window, "state"), row.at("window"));
    EXPECT_EQ(world.value(TableId::Verdict, window, "state_before_marks"),
              row.at("day before marks"));
    EXPECT_EQ(world.value(TableId::Verdict, window, "state"), row.at("after marks"));
    EXPECT_EQ(world.value(TableId::Verdict, window, "value"), row.at("value"));
  }
}

TEST(Marks, AnOutletWithoutASchemeNeverWaits) {
  World world(marked_registry(""));
  world.feed({sulphur_report("2026-03-15T01:00:00Z", "2026-03-15T02:10:00Z", "60")});
  EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), "over");
  world.feed(mark_documents("start_up 15 09:00 to 15 10:00", "2026-03-15T02:11:00Z", "cement"));
  EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), "over");
  EXPECT_EQ(world.value(TableId::Mark, {text("p1")}, "state"), "other_scheme");
}

TEST(Marks, AForeignOutletIsShown) {
  World world(marked_registry("thermal-power"));
  std::string document =
      mark_documents("stop 15 09:00 to 15 10:00", "2026-03-15T02:11:00Z", "thermal-power").front();
  document.replace(document.find("air1"), 4, "elsewhere");
  world.feed({document});
  EXPECT_EQ(world.value(TableId::Mark, {text("p1"), text("elsewhere")}, "state"), "foreign_outlet");
}

TEST(Marks, OverlappingOnesAreShown) {
  World world(marked_registry("thermal-power"));
  world.feed(mark_documents("start_up 15 09:00 to 15 11:00; stop 15 10:00 to 15 12:00",
                            "2026-03-15T02:11:00Z", "thermal-power"));
  for (const Row& row : world.rows(TableId::Mark)) {
    EXPECT_EQ(std::get<std::string>(row.back()), "overlapping");
  }
  EXPECT_EQ(world.rows(TableId::Mark).size(), 2u);
}

TEST(Marks, AreTakenBackWithoutTheirContents) {
  World world(marked_registry("thermal-power"));
  world.feed({sulphur_report("2026-03-15T01:00:00Z", "2026-03-15T02:10:00Z", "60")});
  world.feed(
      mark_documents("start_up 15 09:00 to 15 10:00", "2026-03-15T03:00:00Z", "thermal-power"));
  EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), "exempt(start_up)");
  world.feed({R"({"type":"mark","source":"portal","id":"m0","park":"p1","revoked":true,)"
              R"("received":"2026-03-15T04:00:00Z"})"});
  EXPECT_EQ(world.value(TableId::Verdict, nine_o_clock, "state"), "pending_mark");
  EXPECT_EQ(world.rows(TableId::Mark).size(), 0u);
}

/// An episode that waits for a mark is one all the same; the mark takes it back.
TEST(Marks, TakeAnEpisodeBack) {
  World world(marked_registry("thermal-power"));
  world.feed({sulphur_report("2026-03-15T01:00:00Z", "2026-03-15T02:10:00Z", "60")});
  const auto exceedances = [&] {
    std::size_t count = 0;
    for (const Row& row : world.rows(TableId::Episode)) count += row[1] == text("exceedance");
    return count;
  };
  EXPECT_EQ(exceedances(), 1u);
  world.feed(
      mark_documents("start_up 15 09:00 to 15 10:00", "2026-03-15T03:00:00Z", "thermal-power"));
  EXPECT_EQ(exceedances(), 0u);
}

}  // namespace
}  // namespace parkwatch
