#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "model/device_hour.h"
#include "processors/plan.h"

namespace parkwatch {

/// Where kept values are read from: one device and one hour by data time; nullptr when there are
/// none.
using DeviceHours = std::function<const DeviceHour*(std::string_view mn, EventTime hour)>;

enum class MinuteState : std::uint8_t { Missing, Invalid, Valid };

/// What a number with its flag is worth (docs/arithmetic.md §3).
struct Judged {
  enum class State : std::uint8_t { Invalid, OverRange, Valid };
  State state = State::Invalid;
  Decimal value;           // stored unit; only when valid
  bool zero_band = false;  // a small negative that counts as 0
  bool below = false;      // invalid because it is below what can be measured
  std::string_view why;    // it is not valid: a few words for people
};

/// Judges the number `attribute` of a value.
Judged judge(const KeptValue& value, std::string_view attribute, const FactorPlan& factor,
             const Parameters& parameters);

/// Number of a further attribute (ZsAvg, Min, Max) in the stored unit; nothing when unreadable.
std::optional<Decimal> stored_number(const KeptValue& value, std::string_view attribute,
                                     const FactorPlan& factor);

/// Whether device and factor are registered at the value's data time; what is not is kept, but not
/// judged.
bool monitored(const KeptValue& value, const Device& device, const FactorPlan& factor);

/// Widens the time of a first arrival by a value's.
void note_arrival(std::optional<ReceivedTime>& first, ReceivedTime arrival);

/// One factor's sixty minutes of one hour, before any conversion of state.
struct Minutes {
  struct Minute {
    MinuteState state = MinuteState::Missing;
    Decimal value;
    std::optional<Decimal> logger_converted;  // Zs of what gave the value
  };
  std::array<Minute, 60> minutes;
  std::optional<Decimal> minimum, maximum;
  std::int64_t samples = 0;
  bool over_range = false;
  bool below_range = false;
  bool zero_band = false;
  std::optional<ReceivedTime> first_arrival;  // of the first copy of anything that is said of it
  bool received_early = false;                // a minute report received before its interval's end
  std::optional<MassDecimal> minute_masses;   // sum of 2051 Cou where they cover all sixty minutes
};

/// Gathers the minutes of [hour, hour + 1 h) (docs/arithmetic.md §4). `day_start` is the local
/// midnight before `hour`, from which the slots of cyclic factors count.
Minutes gather_minutes(const FactorPlan& factor, const Device& device, EventTime hour,
                       EventTime day_start, const Parameters& parameters, const DeviceHours& hours);

/// The hours whose minutes or reports a value of this device and factor can change: [first, last],
/// as hour starts. `factor` is nullptr when it is not registered; `zone` is its park's.
struct TouchedHours {
  EventTime first, last;
};
TouchedHours touched_hours(Kind kind, EventTime time, const Device& device,
                           const FactorPlan* factor, const Zone& zone);

/// Whether a sample that has just been added to a cyclic factor's slot leaves all that is said of
/// the slot as it was: an earlier one, received no later, gives the slot its value.
bool repeats_slot(const KeptValue& sample, const FactorPlan& factor, const Device& device,
                  const Zone& zone, const Parameters& parameters, const DeviceHours& hours);

/// The minutes that one sample or minute report may stand for: the longer of the device's
/// intervals.
std::int64_t interval_minutes(const Device& device);

/// The start of the interval that a report of this kind covers.
EventTime interval_start(Kind kind, EventTime time, const Device& device);

}  // namespace parkwatch
