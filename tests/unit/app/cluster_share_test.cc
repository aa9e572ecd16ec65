#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

Key contribution(const char* span, const char* start) {
  return {std::string("c1"), std::string(span), at(start), std::string("a21026"),
          std::string("p1")};
}

/// One valid hour of 36 kg: 1,000 mg/m3 * 10 m3/s * 3,600 s.
World world_of(const std::string& memberships, const std::string& line_outlets) {
  World world({{"lines.csv", "id,enterprise,name\nl1,e1,One\nl2,e1,Two\n"},
               {"permits.csv", "id,outlet,factor,source\n"},
               {"factors.csv",
                "outlet,factor,unit\nair1,a21026,mg/m3\nair1,a00000,m3/s\nwater1,w01018,mg/L\n"},
               {"memberships.csv", "cluster,of,member,share,valid_from,valid_to\n" + memberships},
               {"line_outlets.csv", "line,outlet,share,valid_from,valid_to\n" + line_outlets}});
  world.feed({reading("hour", "2026-03-15T01:00:00Z", "2026-03-15T02:00:00Z",
                      R"({"a21026":{"value":1000,"flag":"N"},"a00000":{"value":10,"flag":"N"}})")});
  world.tick("2026-03-15T02:10:00Z");
  return world;
}

TEST(ClusterShare, TheOutletsOwnMembershipGoesBeforeItsLinesAndTheseBeforeItsEnterprise) {
  struct Case {
    const char* memberships;
    const char* line_outlets;
    const char* gross;
    const char* additive;
  };
  const Case cases[] = {
      {"c1,enterprise,e1,0.4,,\n", "", "36", "14.4"},
      {"c1,outlet,air1,0.4,,\n", "", "36", "14.4"},
      {"c1,outlet,air1,0.4,,\nc1,line,l1,1,,\n", "l1,air1,0.5,,\n", "36", "14.4"},
      {"c1,line,l1,0.4,,\n", "l1,air1,0.5,,\n", "18", "7.2"},
      {"c1,line,l1,0.4,,\n", "l1,air1,,,\n", "36", "14.4"},
      {"c1,line,l1,0.4,,\nc1,line,l2,1,,\n", "l1,air1,0.5,,\nl2,air1,0.25,,\n", "27", "16.2"},
      {"c1,line,l1,0.333333,,\n", "l1,air1,0.333333,,\n", "11.999988", "3.999996"},
      {"c1,line,l1,1,,\n", "l1,water1,1,,\n", "no row", "no row"},
      {"c1,line,l2,1,,\n", "l1,air1,1,,\n", "no row", "no row"},
      {"c1,line,l1,1,,2026-03-15T01:00:00Z\n", "l1,air1,1,,\n", "no row", "no row"},
      {"c1,line,l1,1,,\n", "l1,air1,1,2026-03-15T02:00:00Z,\n", "no row", "no row"},
      {"", "l1,air1,1,,\n", "no row", "no row"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.memberships) + c.line_outlets);
    World world = world_of(c.memberships, c.line_outlets);
    const Key key = contribution("hour", "2026-03-15T01:00:00Z");
    EXPECT_EQ(world.value(TableId::Contribution, key, "gross_kg"), c.gross);
    EXPECT_EQ(world.value(TableId::Contribution, key, "additive_kg"), c.additive);
  }
}

TEST(ClusterShare, ADayClosesThoughTheMembershipEndedBefore) {
  World world = world_of("c1,enterprise,e1,1,,2026-03-15T02:00:00Z\n", "");
  const Key day = contribution("day", "2026-03-14T16:00:00Z");
  world.tick("2026-03-15T16:09:59Z");
  EXPECT_EQ(world.value(TableId::Contribution, day, "phase"), "open");
  world.tick("2026-03-15T16:10:00Z");
  EXPECT_EQ(world.value(TableId::Contribution, day, "phase"), "closed");
  EXPECT_EQ(world.value(TableId::Contribution, day, "gross_kg"), "36");
}

}  // namespace
}  // namespace parkwatch
