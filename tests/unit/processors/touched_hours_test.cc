#include <gtest/gtest.h>

#include <map>
#include <vector>

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
  ResolvedFactor row;
  row.cyclic = true;
  row.period_minutes = 120;
  const FactorPlan factor{.outlet = nullptr, .row = row};
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

/// Slots of two hours by the day of Berlin: 20:00 to 22:00 UTC is one in summer.
TEST(RepeatsSlot, OnlyWhereAnEarlierSampleGivesTheSlotItsValueAndArrivedNoLater) {
  struct Sample {
    const char* time;
    const char* received;
    const char* attributes;
  };
  struct Case {
    const char* what;
    std::vector<Sample> before;
    Sample added;
    bool repeats;
  };
  const Sample first{"2026-03-30T20:05:00Z", "2026-03-30T20:05:10Z", "Flag=N,Rtd=10"};
  const Sample second{"2026-03-30T21:10:00Z", "2026-03-30T21:10:10Z", "Flag=N,Rtd=20"};
  const Case cases[] = {
      {"after the first one, in the next hour", {first}, second, true},
      {"with one that is no value between them",
       {{"2026-03-30T20:01:00Z", "2026-03-30T20:01:10Z", "Flag=D,Rtd=1"}, first},
       second,
       true},
      {"the first one", {}, first, false},
      {"behind none that is valid",
       {{"2026-03-30T20:05:00Z", "2026-03-30T20:05:10Z", "Flag=D,Rtd=10"}},
       second,
       false},
      {"before the one that gave the value", {second}, first, false},
      {"received before it",
       {{"2026-03-30T20:05:00Z", "2026-03-30T22:00:00Z", "Flag=N,Rtd=10"}},
       second,
       false},
      {"itself flagged",
       {first},
       {"2026-03-30T21:10:00Z", "2026-03-30T21:10:10Z", "Flag=D,Rtd=20"},
       false},
      {"itself over the range",
       {first},
       {"2026-03-30T21:10:00Z", "2026-03-30T21:10:10Z", "Flag=N,Rtd=101"},
       false},
      {"itself in the zero band",
       {first},
       {"2026-03-30T21:10:00Z", "2026-03-30T21:10:10Z", "Flag=N,Rtd=-0.4"},
       false},
      {"behind one of the slot before",
       {{"2026-03-30T19:59:00Z", "2026-03-30T19:59:10Z", "Flag=N,Rtd=10"}},
       {"2026-03-30T20:05:00Z", "2026-03-30T20:05:10Z", "Flag=N,Rtd=20"},
       false},
      {"in a slot that goes on after the midnight of a short day",
       {{"2026-03-29T21:30:00Z", "2026-03-29T21:30:10Z", "Flag=N,Rtd=10"}},
       {"2026-03-29T22:30:00Z", "2026-03-29T22:30:10Z", "Flag=N,Rtd=20"},
       false},
  };
  Device device;
  device.mn = "M1";
  device.report_interval_s = 60;
  ResolvedFactor row;
  row.factor = "w01018";
  row.cyclic = true;
  row.period_minutes = 120;
  row.range_max = Decimal::whole(100);
  row.zero_band = Decimal::whole(1);
  row.numerator = 1;
  row.denominator = 1;
  const FactorPlan factor{.outlet = nullptr, .row = row, .role = FactorRole::Pollutant};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    std::map<EventTime, DeviceHour> kept;
    const auto offer = [&](const Sample& sample) {
      const KeptValue value{time_at(sample.time),
                            ReceivedTime(time_at(sample.received).milliseconds()),
                            Scheme::Hj212v2017, sample.attributes};
      bool changed = false;
      kept[floor_to(value.time, std::chrono::hours(1))].offer(row.factor, Kind::Realtime, value,
                                                              changed);
      return value;
    };
    for (const Sample& sample : c.before) offer(sample);
    const KeptValue added = offer(c.added);
    const DeviceHours lookup = [&](std::string_view, EventTime at) -> const DeviceHour* {
      const auto found = kept.find(at);
      return found == kept.end() ? nullptr : &found->second;
    };
    EXPECT_EQ(repeats_slot(added, factor, device, berlin(), Parameters{}, lookup), c.repeats);
  }
}

}  // namespace
}  // namespace parkwatch
