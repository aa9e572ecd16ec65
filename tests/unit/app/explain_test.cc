#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/explain_command.h"
#include "storage/store.h"
#include "tests/support/operation_world.h"
#include "tests/support/replayed_store.h"

namespace parkwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    store_.write_registry(default_registry());
    store_.write_log();
    store_.replay_log("store.db");
  }

  std::string explained(const std::string& kind, const std::vector<std::string>& key,
                        ExitCode expected = ExitCode::Ok, const std::string& format = "text") {
    ExplainOptions options;
    options.kind = kind;
    options.key = key;
    options.store_url = store_.url("store.db");
    options.format = format;
    std::ostringstream out, err;
    EXPECT_EQ(explain(options, out, err), expected) << out.str() << err.str();
    return out.str() + err.str();
  }

  ReplayedStore store_;
};

const std::vector<std::string> verdict_key = {"p1",   "hour",   "2026-03-15T09:00:00+08:00",
                                              "air1", "a21026", "permit/air"};
const std::vector<std::string> window_key(verdict_key.begin(), verdict_key.end() - 1);

TEST_F(ExplainTest, AVerdictGoesDownToTheRawRecord) {
  const std::string text = explained("verdict", verdict_key);
  EXPECT_THAT(text, AllOf(HasSubstr("over: a21026"), HasSubstr("the stored row agrees"),
                          HasSubstr("60 > 50, full stored values"), HasSubstr("permit"),
                          HasSubstr("2026-03-15 09:00 +08:00")));
  EXPECT_THAT(text, AllOf(HasSubstr("60 × 10 × 3600 s / 1000000 per kg"), HasSubstr("2.16 kg"),
                          HasSubstr("60 minutes are missing"), HasSubstr("judged")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("parkwatch.input.v1/0@"), HasSubstr(R"("a21026":{"value":60)")));
  EXPECT_THAT(text, HasSubstr("None: the row is as it was when its window closed."));
}

TEST_F(ExplainTest, JsonSaysTheSame) {
  const std::string json = explained("verdict", verdict_key, ExitCode::Ok, "json");
  EXPECT_THAT(json, AllOf(HasSubstr(R"("agrees":true)"), HasSubstr(R"("kind":"verdict")"),
                          HasSubstr(R"("title":"Limit")")));
  EXPECT_EQ(json.back(), '\n');
}

TEST_F(ExplainTest, WindowsDaysEpisodesAndClustersToo) {
  EXPECT_THAT(explained("window", window_key), HasSubstr("the stored row agrees"));
  EXPECT_THAT(explained("window", {"p1|day|2026-03-15T00:00:00+08:00|air1|a21026"}),
              AllOf(HasSubstr("the stored row agrees"), HasSubstr("Hours of the day")));
  EXPECT_THAT(explained("cluster", {"c1", "hour", "2026-03-15T09:00:00+08:00", "a21026"}),
              AllOf(HasSubstr("the stored row agrees"), HasSubstr("air1"), HasSubstr("100 %")));
  EXPECT_THAT(explained("cluster", {"c1", "day", "2026-03-15T00:00:00+08:00", "a21026"}),
              HasSubstr("the stored row agrees"));
  const std::string episodes = store_.exported("episode");
  const std::size_t at = episodes.find(",exceedance,");
  const std::string id = episodes.substr(at - 32, 32);
  EXPECT_THAT(explained("episode", {id}),
              AllOf(HasSubstr("the stored row agrees"), HasSubstr("opened"), HasSubstr("over")));
}

/// A store of one park in which a violation is to be explained.
class ExplainViolationTest : public testing::Test {
 protected:
  void replay(const std::map<std::string, std::string>& registry,
              const std::vector<std::string>& documents, const std::string& until) {
    store_.write_registry(default_registry());
    store_.write_registry(registry);
    std::ofstream log(store_.path("log.jsonl"));
    for (const std::string& document : documents) log << document << "\n";
    log.close();
    store_.replay_log("store.db", until);
  }
  std::string explained(const std::vector<std::string>& key, ExitCode expected = ExitCode::Ok) {
    ExplainOptions options;
    options.kind = "violation";
    options.key = key;
    options.store_url = store_.url("store.db");
    std::ostringstream out, err;
    EXPECT_EQ(explain(options, out, err), expected) << out.str() << err.str();
    return out.str() + err.str();
  }
  ReplayedStore store_;
};

TEST_F(ExplainViolationTest, OfRunningTogetherGoesDownToMinutesMetersAndRecords) {
  replay(operation_registry(),
         operation_log("08:00-10:00 line=60; 08:00-08:20 fan=8; 08:20-08:50 fan=0; "
                       "08:50-10:00 fan=8",
                       false),
         "2026-03-15T07:30:00Z");
  const std::string text = explained({"p1", "TS-O01", "l1/f1"});
  EXPECT_THAT(
      text, AllOf(HasSubstr("ended: TS-O01"), HasSubstr("the stored row agrees"),
                  HasSubstr("2026-03-15 08:22 +08:00"), HasSubstr("LINE1"), HasSubstr("on_percent"),
                  HasSubstr("own rule"), HasSubstr("When the condition held")));
  EXPECT_THAT(text, AllOf(HasSubstr("FAN1"), HasSubstr("@"), HasSubstr("Former versions")));
  EXPECT_THAT(explained({"p1", "TS-O01", "l9/f9"}, ExitCode::Usage), HasSubstr("l1/f1"));
}

TEST_F(ExplainViolationTest, OfAProjectNamesItsActsAndTheBasisInForce) {
  const auto act = [](const char* id, const char* name, const char* time, const char* received) {
    return std::string(R"({"type":"milestone","source":"eia","park":"p1","project":"pr1","id":")") +
           id + R"(","act":")" + name + R"(","time":")" + time + R"(","received":")" + received +
           "\"}";
  };
  replay({{"projects.csv", "id,enterprise,name,outlets\npr1,e1,Works,air1\n"}},
         {act("m1", "construction_start", "2026-03-09T00:00:00Z", "2026-03-10T01:00:00Z"),
          act("m2", "eia_approval", "2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")},
         "2026-04-03T00:00:00Z");
  const std::string text = explained({"p1", "TS-L01", "pr1"});
  EXPECT_THAT(text, AllOf(HasSubstr("ended: TS-L01"), HasSubstr("the stored row agrees"),
                          HasSubstr("construction_start"), HasSubstr("eia/m2"),
                          HasSubstr("EIA Law"), HasSubstr("Works")));
  EXPECT_THAT(text, HasSubstr("late"));  // the version before the approval was known
}

TEST_F(ExplainTest, UnknownKeysSayWhatIsThere) {
  std::vector<std::string> key = verdict_key;
  key[3] = "air2";
  EXPECT_THAT(explained("verdict", key, ExitCode::Usage),
              HasSubstr("no verdict has outlet 'air2' under p1|hour|2026-03-15T01:00:00Z; nearest "
                        "are: air1"));
  key[2] = "yesterday";
  EXPECT_THAT(explained("verdict", key, ExitCode::Usage), HasSubstr("is no time"));
  EXPECT_THAT(explained("episode", {"abc"}, ExitCode::Usage), HasSubstr("nearest are"));
}

TEST_F(ExplainTest, AChangedRowIsCalledOut) {
  {
    const std::unique_ptr<Store> store = open_store(store_.url("store.db"));
    Row changed;
    store->scan(TableId::Verdict, {}, {}, 1, [&](const Row& row) { changed = row; });
    changed[8] = std::string("compliant");
    Commit commit;
    commit.changes.push_back({TableId::Verdict, changed, false});
    store->commit(commit);
  }
  const std::string text = explained(
      "verdict", {"p1", "hour", "2026-03-15T00:00:00+08:00", "air1", "a21026", "permit/air"},
      ExitCode::Findings);
  EXPECT_THAT(text, AllOf(HasSubstr("THE STORED ROW IS NOT WHAT ITS SET"),
                          HasSubstr("state compliant -> over")));
}

}  // namespace
}  // namespace parkwatch
