#include "app/pace.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

using std::chrono::milliseconds;

Pace pace() {
  return Pace(
      {.turn = milliseconds(200), .records_first = 10, .records_min = 100, .records_max = 5'000});
}

TEST(Pace, BeginsWithAShortTurnAndGoesOnWithTheLeast) {
  Pace first = pace();
  EXPECT_EQ(first.records(), 10u);
  first.learn(0, milliseconds(1'000));  // nothing came
  EXPECT_EQ(first.records(), 10u);
  first.learn(10, milliseconds(1'000));
  EXPECT_EQ(first.records(), 100u);
}

TEST(Pace, FollowsHowLongTurnsTake) {
  Pace slow = pace();
  slow.learn(1'000, milliseconds(400));
  EXPECT_EQ(slow.records(), 500u);
  slow.learn(500, milliseconds(10'000));
  EXPECT_EQ(slow.records(), 100u);
}

TEST(Pace, GrowsByHalfAtMostAndToItsBound) {
  Pace fast = pace();
  fast.learn(100, milliseconds(1));
  EXPECT_EQ(fast.records(), 150u);
  for (int turn = 0; turn < 20; ++turn) fast.learn(fast.records(), milliseconds(1));
  EXPECT_EQ(fast.records(), 5'000u);
}

TEST(Pace, LearnsNothingFromTurnsWithLittleToDo) {
  Pace steady = pace();
  steady.learn(1'000, milliseconds(200));
  steady.learn(99, milliseconds(1'000));
  steady.learn(1'000, milliseconds(0));
  EXPECT_EQ(steady.records(), 1'000u);
}

}  // namespace
}  // namespace parkwatch
