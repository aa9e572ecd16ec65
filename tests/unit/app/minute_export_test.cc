#include "app/minute_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* names = "park,span,start,outlet,factor,state,value\n";

std::string minutes_of(World& world, const ExportRequest& request = {}) {
  std::string text;
  export_minutes(*world.store, *world.plan, request, [&](std::string_view part) { text += part; });
  return text;
}

World fed_world() {
  World world;
  const auto sample = [](const char* time, const char* factors) {
    return reading("minute", time, "2026-03-15T02:30:00Z", factors);
  };
  world.feed({sample("2026-03-15T09:58:00+08:00", R"({"a21026":{"value":"4.20","flag":"N"}})"),
              sample("2026-03-15T09:59:00+08:00", R"({"a21026":{"value":"5","flag":"D"}})"),
              sample("2026-03-15T10:00:00+08:00", R"({"a21026":{"value":"6","flag":"N"}})"),
              sample("2026-03-15T10:01:00+08:00", R"({"a99999":{"value":"6","flag":"N"}})")});
  return world;
}

TEST(MinuteExport, PrintsValidAndInvalidMinutesOfRegisteredFactorsInOrder) {
  World world = fed_world();
  EXPECT_EQ(minutes_of(world), std::string(names) +
                                   "p1,minute,2026-03-15T01:58:00Z,air1,a21026,valid,4.2\n"
                                   "p1,minute,2026-03-15T01:59:00Z,air1,a21026,invalid,\n"
                                   "p1,minute,2026-03-15T02:00:00Z,air1,a21026,valid,6\n");
}

TEST(MinuteExport, SelectsByTheStartOfTheMinute) {
  World world = fed_world();
  ExportRequest request;
  request.from_ms = at("2026-03-15T01:59:00Z");
  request.to_ms = at("2026-03-15T02:00:00Z");
  EXPECT_THAT(minutes_of(world, request), HasSubstr("01:59:00Z"));
  EXPECT_THAT(minutes_of(world, request), Not(HasSubstr("01:58:00Z")));
  EXPECT_THAT(minutes_of(world, request), Not(HasSubstr("02:00:00Z")));
}

TEST(MinuteExport, AStoreWithoutReadingsHasNone) {
  World world;
  EXPECT_EQ(minutes_of(world), names);
}

}  // namespace
}  // namespace parkwatch
