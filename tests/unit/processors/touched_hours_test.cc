#include <gtest/gtest.h>

#include "processors/minutes.h"

namespace parkwatch {
namespace {

EventTime time_at(const char* iso) {
  return EventTime(parse_iso_time(iso).value());
}

/// Berlin in 2026: the clock goes forward on 29 March at 01:00 UTC.
Zone berlin() {
  Zone zone;
  zone.name = "Europe/Berlin";
  zone.first_offset = std::chrono::minutes(60);
  zone.changes = {{time_at("2026-03-29T01:00:00Z"), std::chrono::minutes(120)}};
  return zone;
}

TEST(TouchedHours, OfACycleIncludeTheDayBeforeWhereItsLastSlotGoesOnAfterMidnight) {
  Device device;
  device.report_interval_s = 60;
  OutletFactor row;
  row.cyclic = true;
  row.period_minutes = 120;
  const std::string unit;
  const FactorPlan factor{.outlet = nullptr, .row = row, .unit = unit};
  struct Case {
    const char* time;
    const char* first;
    const char* last;
  };
  const Case cases[] = {
      // The day of 23 hours ends at 22:00; its last slot is 21:00 to 23:00.
      {"2026-03-29T22:30:00Z", "2026-03-29T21:00:00Z", "2026-03-29T23:00:00Z"},
      {"2026-03-29T23:30:00Z", "2026-03-29T22:00:00Z", "2026-03-29T23:00:00Z"},
      {"2026-03-29T21:30:00Z", "2026-03-29T21:00:00Z", "2026-03-29T22:00:00Z"},
      // Days of 24 hours are whole cycles long.
      {"2026-03-30T22:30:00Z", "2026-03-30T22:00:00Z", "2026-03-30T23:00:00Z"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.time);
    const TouchedHours touched =
        touched_hours(Kind::Realtime, time_at(c.time), device, &factor, berlin());
    EXPECT_EQ(touched.first, time_at(c.first));
    EXPECT_EQ(touched.last, time_at(c.last));
  }
}

}  // namespace
}  // namespace parkwatch
