#pragma once

#include "processors/minutes.h"
#include "processors/window.h"

namespace parkwatch {

/// The windows of one outlet for the hour that starts at `hour` (docs/arithmetic.md §4 to §6).
/// Pure: the same kept values, plan and hour give the same windows.
class HourCalculator {
 public:
  HourCalculator(const Plan& plan, const DeviceHours& hours) : plan_(plan), hours_(hours) {}

  /// Every factor registered for the outlet at `hour`, in order of code. `zone` is the park's.
  OutletWindows calculate(const OutletPlan& outlet, EventTime hour, const Zone& zone) const;

 private:
  const Plan& plan_;
  const DeviceHours& hours_;
};

}  // namespace parkwatch
