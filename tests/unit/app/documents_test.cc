#include <gtest/gtest.h>

#include "app/rows.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

std::string explanation(const std::string& received, const std::string& text,
                        const std::string& park = "p1") {
  return R"({"type":"explanation","source":"plant","id":"e1","park":")" + park +
         R"(","received":")" + received + R"(","text":")" + text + "\"}";
}

std::string kept(World& world, const std::string& park = "p1") {
  return world.value(TableId::Document, {park, cell("explanation"), cell("plant"), cell("e1")},
                     "content");
}

TEST(Documents, TheGreatestCopyHoldsWhateverTheOrder) {
  const std::string first = explanation("2026-03-15T01:00:00Z", "fan");
  const std::string second = explanation("2026-03-15T01:00:01Z", "belt");
  const std::string same_time = explanation("2026-03-15T01:00:01Z", "axle");
  for (const std::vector<std::string>& order :
       {std::vector{first, second, same_time}, std::vector{same_time, second, first},
        std::vector{second, first, same_time, second}}) {
    World world;
    for (const std::string& document : order) world.feed({document});
    EXPECT_EQ(kept(world), "text=belt");
  }
}

TEST(Documents, AreCountedAsValuesAreAndMoveTheParksTime) {
  World world;
  world.feed({explanation("2026-03-15T01:00:00Z", "fan"),
              explanation("2026-03-15T01:05:30Z", "fan"),
              explanation("2026-03-15T01:00:00Z", "belt"),
              explanation("2026-03-15T02:00:00Z", "fan", "nowhere")});
  const Counters& counters = world.state.counters;
  EXPECT_EQ(counters.at("records_accepted"), 1);
  EXPECT_EQ(counters.at("records_duplicate"), 1);
  EXPECT_EQ(counters.at("records_corrected"), 1);
  EXPECT_EQ(counters.at("records_not_monitored"), 1);
  EXPECT_EQ(conservation_difference(counters, "records"), 0);
  EXPECT_EQ(kept(world), "text=fan");
  EXPECT_EQ(kept(world, "nowhere"), "text=fan");
  EXPECT_EQ(world.value(TableId::Park, {cell("p1")}, "time"), "2026-03-15T01:05:00Z");
}

TEST(Documents, RefusedOnesAreDeadLettersWithTheMemberNamed) {
  World world;
  world.feed({R"({"type":"mark","source":"s","id":"1","park":"p1","text":"no time at all"})",
              R"({"type":"mark","source":"s","id":"1","park":"p1","time":"soon",)"
              R"("received":"2026-03-15T01:00:00Z"})"});
  std::map<std::string, std::string> reasons;
  for (const Row& row : world.rows(TableId::DeadLetter)) {
    reasons[text_of(row[1])] = text_of(row[3]);
  }
  EXPECT_EQ(reasons.size(), 2U);
  EXPECT_TRUE(reasons.contains("no_received"));
  EXPECT_TRUE(reasons["bad_document"].starts_with("time: 'soon'")) << reasons["bad_document"];
  EXPECT_TRUE(world.rows(TableId::Document).empty());
  EXPECT_EQ(world.state.counters.at("records_quarantined"), 2);
}

}  // namespace
}  // namespace parkwatch
