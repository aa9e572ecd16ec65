#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/explain_command.h"
#include "storage/store.h"
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
