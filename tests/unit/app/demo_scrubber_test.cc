#include "app/demo_scrubber.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(DemoScrubber, StandsStillAtNightAndAfterTheLastNight) {
  struct Case {
    const char* name;
    const char* at;
    bool runs;
  };
  const Case cases[] = {
      {"in the evening", "2026-03-14T21:59:00+08:00", true},
      {"from ten on", "2026-03-14T22:00:00+08:00", false},
      {"after midnight", "2026-03-15T03:59:00+08:00", false},
      {"from four on", "2026-03-15T04:00:00+08:00", true},
      {"the last night of the history", "2026-03-15T22:00:00+08:00", false},
      {"the morning after it", "2026-03-16T04:00:00+08:00", false},
      {"a day later", "2026-03-17T12:00:00+08:00", false},
  };
  const auto at = [](const char* text) { return EventTime(*parse_iso_time(text)); };
  const DemoScrubber scrubber(at("2026-03-16T04:00:00+08:00"));
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(scrubber.runs(at(c.at)), c.runs);
  }
  const DemoScrubber earlier(at("2026-03-16T03:59:00+08:00"));
  EXPECT_FALSE(earlier.runs(at("2026-03-15T12:00:00+08:00"))) << "the last whole night counts";
}

}  // namespace
}  // namespace parkwatch
