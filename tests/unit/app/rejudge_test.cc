#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/faults.h"
#include "app/rejudge_command.h"
#include "tests/support/replayed_store.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

class RejudgeTest : public testing::Test {
 protected:
  static constexpr const char* from_16 = "2026-03-15T16:00:00Z";  // local midnight

  RejudgeTest() {
    write_registry(default_registry());
    files_.write_log();
  }

  void write_registry(const std::map<std::string, std::string>& files) const {
    files_.write_registry(files);
  }
  void replay_log(const std::string& store) const { files_.replay_log(store); }
  std::string exported(const std::string& table, const std::string& store = "store.db",
                       bool audit = false) const {
    return files_.exported(table, store, audit);
  }
  std::string current_tables(const std::string& store) const {
    return files_.current_tables(store);
  }

  /// The permit as it was, and another limit from a date on.
  void correct_permit(const std::string& limit, const std::string& date) const {
    write_registry({{"permits.csv",
                     "id,outlet,factor,limit,unit,span,source,sure,valid_from,valid_to\n"
                     "air,air1,a21026,50,mg/m3,hour,test,yes,," +
                         date + "\n" + "air,air1,a21026," + limit + ",mg/m3,hour,test,yes," + date +
                         ",\n"
                         "water,water1,w01018,50,mg/L,day,test,yes,,\n"}});
  }

  std::string run(bool dry_run, const std::string& from = "", const std::string& to = "",
                  const std::string& publish = "none") const {
    RejudgeOptions options;
    options.publish = publish;
    options.registry = files_.path("registry");
    options.store_url = files_.url("store.db");
    options.from = from;
    options.to = to;
    options.dry_run = dry_run;
    std::ostringstream out, err;
    EXPECT_EQ(rejudge(options, out, err), ExitCode::Ok);
    return out.str();
  }

  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++found;
    }
    return found;
  }

  ReplayedStore files_;
};

TEST_F(RejudgeTest, ADryRunShowsJustWhatTheChangeTouchesAndWritesNothing) {
  replay_log("store.db");
  const std::string before = exported("all", "store.db", true);
  correct_permit("80", "2026-03-16");
  const std::string shown = run(true);
  EXPECT_THAT(shown, HasSubstr("park p1: 2026-03-15T16:00:00Z to "));
  EXPECT_EQ(count(shown, "state over -> compliant; limit_value 50 -> 80"), 24U) << shown;
  EXPECT_THAT(shown, HasSubstr("verdict: 26 changed, 0 new, 0 gone; state over -> compliant: 24"));
  EXPECT_THAT(shown, Not(HasSubstr("2026-03-15T15:00:00Z|air1")));
  EXPECT_THAT(shown, HasSubstr("nothing was written"));
  EXPECT_EQ(exported("all", "store.db", true), before);
}

TEST_F(RejudgeTest, RejudgingGivesWhatTheSetWouldHaveGivenAtOnceAndKeepsTheFormer) {
  replay_log("store.db");
  correct_permit("80", "2026-03-16");
  run(false);
  replay_log("fresh.db");
  EXPECT_TRUE(current_tables("store.db") == current_tables("fresh.db"));
  const std::string history = exported("history", "store.db", true);
  EXPECT_EQ(count(history, "verdict,p1|hour|"), 24U);
  EXPECT_EQ(count(history, ",registry,set/"), 24U) << history;
  EXPECT_THAT(exported("rejudge"), Not(HasSubstr("p1")));
  EXPECT_THAT(run(false), HasSubstr("0 rows differ"));
}

TEST_F(RejudgeTest, WhatItChangesIsToldToTheTopicsThatAreAskedFor) {
  replay_log("store.db");
  correct_permit("80", "2026-03-16");
  run(false, "", "", "verdicts");
  const std::string waiting = exported("outbox");
  EXPECT_EQ(count(waiting, "parkwatch.verdicts.v1"), 24U) << waiting;
  EXPECT_EQ(count(waiting, "\n"), 25U);  // open windows are not told
  correct_permit("50", "2026-03-16");
  run(false);
  EXPECT_EQ(exported("outbox"), waiting);
  EXPECT_THROW(run(true, "", "", "everything"), UsageError);
}

TEST_F(RejudgeTest, AChangeThatTouchesMoreThanAskedForIsRefused) {
  replay_log("store.db");
  correct_permit("80", "2026-03-16");
  EXPECT_THROW(run(true, "2026-03-16T00:00:00Z"), std::runtime_error);
  EXPECT_THAT(run(true, from_16), HasSubstr("verdict: 26 changed"));
}

TEST_F(RejudgeTest, DevicesRegisteredLaterGetTheirEarlierRecords) {
  std::map<std::string, std::string> without = default_registry();
  without["devices.csv"] = "mn,outlet,protocol_version\nWATER1,water1,2017\n";
  write_registry(without);
  replay_log("store.db");
  EXPECT_EQ(count(exported("outlet_window"), "air1"), 0U);
  write_registry(default_registry());
  run(false);
  replay_log("fresh.db");
  EXPECT_TRUE(current_tables("store.db") == current_tables("fresh.db"));
}

TEST_F(RejudgeTest, WhatIsNoLongerRegisteredLosesItsRowsAndEpisodes) {
  replay_log("store.db");
  std::map<std::string, std::string> without = default_registry();
  without["permits.csv"] =
      "id,outlet,factor,limit,unit,span,source,sure\nwater,water1,w01018,50,mg/L,day,test,yes\n";
  without["factors.csv"] =
      "outlet,factor,unit\nair1,a21026,mg/m3\nwater1,w01018,mg/L\nwater1,w00000,L/s\n";
  without["memberships.csv"] = "cluster,of,member,share\n";
  write_registry(without);
  run(false);
  replay_log("fresh.db");
  EXPECT_TRUE(current_tables("store.db") == current_tables("fresh.db"));
}

}  // namespace
}  // namespace parkwatch
