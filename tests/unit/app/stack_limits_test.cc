// Limits by stack height, from the rules' table to the stored verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/explain_command.h"
#include "tests/support/example_tables.h"
#include "tests/support/replayed_store.h"
#include "tests/support/store_rows.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

constexpr const char* limit_id = "gb16297-1996/new-rate/a21026/hour";
constexpr const char* hour = "2026-03-15T01:00:00Z";

std::map<std::string, std::string> registry_with_stack(const std::string& height,
                                                       const std::string& buildings) {
  std::map<std::string, std::string> files;
  files["outlets.csv"] =
      "id,enterprise,code,name,medium,concentration_basis,flow_basis,stack_height_m,"
      "buildings_height_m,limits\n"
      "air1,e1,DA001,Stack,air,standard-dry,standard-dry," +
      height + "," + buildings + "," + limit_id + "\n";
  files["devices.csv"] = "mn,outlet,protocol_version\nAIR1,air1,2017\n";
  files["factors.csv"] = "outlet,factor\nair1,a21026\nair1,a00000\n";
  files["permits.csv"] =
      "id,outlet,factor,limit,unit,span,source,sure\nair,air1,a21026,50,mg/m3,hour,test,yes\n";
  return files;
}

/// An hour report; `-` for what is not sent.
std::string report(const std::string& start, const std::string& received,
                   const std::string& sulphur, const std::string& flow) {
  std::string factors;
  for (const auto& [code, value] : {std::pair("a21026", sulphur), std::pair("a00000", flow)}) {
    if (value == "-") continue;
    factors += (factors.empty() ? "" : ",") + std::string("\"") + code + R"(":{"value":)" + value +
               R"(,"flag":"N"})";
  }
  return reading("hour", start, received, "{" + factors + "}");
}

TEST(StackLimits, WorkedExamplesOfWhatIsJudged) {
  for (const auto& row : example_table("stack_height", "What is judged").rows) {
    SCOPED_TRACE(row.at("example"));
    World world(registry_with_stack(row.at("stack m"), row.at("buildings m")));
    world.feed({report("2026-03-15T00:00:00Z", "2026-03-15T01:00:00Z", "1", "1")});
    if (row.at("SO2") != "-") {
      world.feed({report(hour, "2026-03-15T02:00:00Z", row.at("SO2"), row.at("flow"))});
    }
    world.tick("2026-03-15T02:10:00Z");
    if (!row.at("late SO2").empty()) {
      world.feed({report(hour, "2026-03-15T05:00:00Z", row.at("late SO2"), row.at("flow"))});
    }
    const Key verdict = {text("p1"), text("hour"), at(hour), text("air1"), text("a21026")};
    const auto cell = [&](const std::string& limit, const std::string& column) {
      Key key = verdict;
      key.push_back(text(limit));
      return world.value(TableId::Verdict, key, column);
    };
    EXPECT_EQ(cell(limit_id, "state"), row.at("state"));
    EXPECT_EQ(cell(limit_id, "value"), row.at("kg/h"));
    EXPECT_EQ(cell(limit_id, "limit_value"), row.at("limit kg/h"));
    EXPECT_EQ(cell(limit_id, "ratio"), row.at("share"));
    EXPECT_EQ(cell(limit_id, "unsure"), row.at("unsure") == "true" ? "1" : "0");
    EXPECT_EQ(cell(limit_id, "leads"), "0") << "the permit's concentration leads";
    EXPECT_EQ(cell("permit/air", "leads"), "1");
  }
}

TEST(StackLimits, AMassRateLeadsWhereItIsAlone) {
  std::map<std::string, std::string> files = registry_with_stack("15", "8");
  files["permits.csv"] = "id,outlet,factor,limit,source\n";
  World world(files);
  world.feed({report(hour, "2026-03-15T02:00:00Z", "80", "10")});
  world.tick("2026-03-15T02:10:00Z");
  EXPECT_EQ(world.value(
                TableId::Verdict,
                {text("p1"), text("hour"), at(hour), text("air1"), text("a21026"), text(limit_id)},
                "leads"),
            "1");
}

TEST(StackLimits, AreExplained) {
  const ReplayedStore store;
  std::map<std::string, std::string> files = default_registry();
  for (const auto& [name, text] : registry_with_stack("20", "16")) files[name] = text;
  store.write_registry(files);
  store.write_log();  // 60 mg/m3 at 10 m3/s: 2.16 kg an hour
  store.replay_log("store.db");
  ExplainOptions options;
  options.kind = "verdict";
  options.key = {"p1", "hour", "2026-03-15T09:00:00+08:00", "air1", "a21026", limit_id};
  options.store_url = store.url("store.db");
  std::ostringstream out, errors;
  EXPECT_EQ(explain(options, out, errors), ExitCode::Ok) << errors.str();
  EXPECT_THAT(out.str(), testing::AllOf(testing::HasSubstr("2.16 kg/h against 2.15 kg/h"),
                                        testing::HasSubstr("2.16 > 2.15, full stored values"),
                                        testing::HasSubstr("2.6 at 15 m, 4.3 at 20 m"),
                                        testing::HasSubstr("lowered to 50 %"),
                                        testing::HasSubstr("the stored row agrees")));
}

}  // namespace
}  // namespace parkwatch
