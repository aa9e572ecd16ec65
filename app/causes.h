#pragma once

#include <string>
#include <string_view>

#include "app/device_hours.h"
#include "model/rules.h"
#include "processors/plan.h"

namespace parkwatch {

/// The windows whose result a kept value takes part in: hours [first, last] by their start, or the
/// local day that begins at `first`.
struct TouchedWindows {
  LimitSpan span = LimitSpan::Hour;
  EventTime first, last;
};

/// Of a value of a registered factor in a realtime, minute, hour or day report.
TouchedWindows touched_windows(Kind kind, EventTime time, const Device& device,
                               const FactorPlan* factor, const Zone& zone);

/// A window of an outlet: [start, end).
struct WindowSpan {
  LimitSpan span = LimitSpan::Hour;
  EventTime start, end;
};

/// Why the records received in one minute changed a window: `contradicted` where a kept value of it
/// that was received in this minute came with different contents, else `resent` where one was
/// marked as sent again, else `late`. A function of the kept values.
std::string cause_of_data(const OutletPlan& outlet, const WindowSpan& window, EventTime minute,
                          const Zone& zone, DeviceHourCache& hours);

/// The one of two causes of the same version that says more: late, resent, contradicted, mark,
/// rule, registry, release, in this order.
const std::string& stronger_cause(const std::string& a, const std::string& b);

}  // namespace parkwatch
