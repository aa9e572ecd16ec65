#include "model/milestone.h"

#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace parkwatch {
namespace {

using Members = std::map<std::string, std::string, std::less<>>;

Result<Milestone, std::string> parsed(const Members& more) {
  Document document{"milestone", "eia.city.example", "m-1", "p1", {}, {}};
  document.members = {{"project", "pr1"}, {"time", "2026-03-01T00:00:00+08:00"}};
  for (const auto& [name, value] : more) document.members[name] = value;
  return Milestone::parse(document);
}

TEST(Milestone, ReadsEveryAct) {
  const Members all = {{"facility", "TA001"},
                       {"change", "c1"},
                       {"order", "o1"},
                       {"percent", "50"},
                       {"result", "pass"},
                       {"start", "2026-03-02T00:00:00+08:00"},
                       {"end", "2026-03-03T00:00:00+08:00"}};
  for (const ActSpec& spec : act_specs()) {
    SCOPED_TRACE(spec.name);
    Members members = all;
    members["act"] = spec.name;
    const Result<Milestone, std::string> milestone = parsed(members);
    ASSERT_TRUE(milestone) << milestone.error();
    EXPECT_EQ(milestone->act, spec.act);
    EXPECT_EQ(act_name(milestone->act), spec.name);
  }
}

TEST(Milestone, EveryActIsDocumented) {
  const std::string root = PARKWATCH_SOURCE_DIR;
  const std::string page = file_bytes(root + "/docs/lifecycle.md");
  const std::string schema = file_bytes(root + "/docs/schemas/input.json");
  for (const ActSpec& spec : act_specs()) {
    const std::string name(spec.name);
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
    EXPECT_NE(schema.find("\"" + name + "\""), std::string::npos) << name;
  }
}

TEST(Milestone, ReadsItsMembers) {
  const Result<Milestone, std::string> built = parsed({{"act", "facility_built"},
                                                       {"facility", "TA001"},
                                                       {"capacity", "9500.5"},
                                                       {"unit", "m3/h"},
                                                       {"phase", "p2"},
                                                       {"document_number", "2026-7"}});
  ASSERT_TRUE(built) << built.error();
  EXPECT_EQ(built->source, "eia.city.example");
  EXPECT_EQ(built->id, "m-1");
  EXPECT_EQ(built->project, "pr1");
  EXPECT_EQ(built->phase, "p2");
  EXPECT_EQ(built->item, "TA001");
  EXPECT_EQ(built->capacity, Decimal::parse("9500.5"));
  EXPECT_EQ(built->unit, "m3/h");
  EXPECT_EQ(built->document_number, "2026-7");
  EXPECT_EQ(utc_text(built->time), "2026-02-28T16:00:00Z");
  EXPECT_EQ(parsed({{"act", "eia_approval"}, {"change", "c1"}})->item, "c1");
  EXPECT_EQ(parsed({{"act", "eia_approval"}})->item, "");
}

TEST(Milestone, RefusesWithAClearText) {
  const std::string time_advice =
      " is no possible time with a zone, such as 2026-03-15T09:30:00+08:00";
  const std::string id_advice = " is no id: 1 to 64 letters, digits or . _ : - without blanks";
  struct Case {
    Members members;
    std::string error;
  };
  const Case cases[] = {
      {{}, "act: missing"},
      {{{"act", "eia_aproval"}}, "act: 'eia_aproval' is not known"},
      {{{"act", "completion"}, {"project", ""}}, "project: missing"},
      {{{"act", "completion"}, {"project", "a b"}}, "project: 'a b'" + id_advice},
      {{{"act", "completion"}, {"phase", "a/b"}}, "phase: 'a/b'" + id_advice},
      {{{"act", "completion"}, {"time", ""}}, "time: missing"},
      {{{"act", "completion"}, {"time", "2026-02-30T00:00:00+08:00"}},
       "time: '2026-02-30T00:00:00+08:00'" + time_advice},
      {{{"act", "completion"}, {"time", "0026-03-01T00:00:00+08:00"}},
       "time: '0026-03-01T00:00:00+08:00'" + time_advice},
      {{{"act", "completion"}, {"time", "2206-03-01T00:00:00+08:00"}},
       "time: '2206-03-01T00:00:00+08:00'" + time_advice},
      {{{"act", "main_progress"}}, "percent: missing"},
      {{{"act", "main_progress"}, {"percent", "half"}}, "percent: 'half' is no number"},
      {{{"act", "main_progress"}, {"percent", "100.000001"}},
       "percent: '100.000001' is not from 0 to 100"},
      {{{"act", "main_progress"}, {"percent", "-1"}}, "percent: '-1' is not from 0 to 100"},
      {{{"act", "facility_built"}}, "facility: missing"},
      {{{"act", "facility_built"}, {"facility", "f"}, {"capacity", "0"}, {"unit", "t/d"}},
       "capacity: '0' is not above 0"},
      {{{"act", "facility_built"}, {"facility", "f"}, {"capacity", "1"}},
       "unit: missing, the capacity needs one"},
      {{{"act", "major_change"}}, "change: missing"},
      {{{"act", "rectification_opened"}}, "order: missing"},
      {{{"act", "acceptance_opinion"}}, "result: '' is neither pass nor fail"},
      {{{"act", "acceptance_opinion"}, {"result", "ok"}}, "result: 'ok' is neither pass nor fail"},
      {{{"act", "commissioning_disclosed"}}, "start: missing"},
      {{{"act", "commissioning_disclosed"}, {"start", "2026-03-02T00:00:00+08:00"}},
       "end: missing"},
      {{{"act", "commissioning_disclosed"},
        {"start", "2026-03-02T00:00:00+08:00"},
        {"end", "2026-03-01T00:00:00+08:00"}},
       "end: '2026-03-01T00:00:00+08:00' is before the start"},
      {{{"act", "idling_approval"}, {"facility", "f"}, {"end", "2026-02-01T00:00:00+08:00"}},
       "end: '2026-02-01T00:00:00+08:00' is before the act's own time"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.error);
    const Result<Milestone, std::string> milestone = parsed(c.members);
    ASSERT_FALSE(milestone);
    EXPECT_EQ(milestone.error(), c.error);
  }
}

}  // namespace
}  // namespace parkwatch
