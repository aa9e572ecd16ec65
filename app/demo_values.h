#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/demo_scrubber.h"
#include "model/decimal.h"
#include "processors/plan.h"

namespace parkwatch {

/// What the demonstration's outlets emit: measured series where there are any (a gas turbine's NOx
/// and CO, a plant's waste water), invented values around the limits elsewhere. A function of
/// outlet, factor, minute and whether the scrubber runs. Values are in thousandths of the unit as
/// sent.
class DemoValues {
 public:
  /// Reads the measured series from `folder`. `begin`: first hour of the demonstration.
  /// Throws std::runtime_error when a file can not be read.
  DemoValues(const std::string& folder, EventTime begin, DemoScrubber scrubber);

  /// The value of a minute, as the logger measures it.
  std::int64_t minute(const OutletPlan& outlet, const FactorPlan& factor, EventTime at) const;
  /// The value at reference oxygen that the logger computes itself; nothing for most factors.
  std::optional<std::int64_t> converted(const OutletPlan& outlet, const FactorPlan& factor,
                                        EventTime at) const;
  /// The mean of the minutes of an hour.
  std::int64_t hour(const OutletPlan& outlet, const FactorPlan& factor, EventTime at) const;

 private:
  std::int64_t invented(const OutletPlan& outlet, const FactorPlan& factor, EventTime at) const;
  std::int64_t hours_since_begin(EventTime at) const;

  EventTime begin_;
  DemoScrubber scrubber_;
  std::vector<std::int64_t> turbine_nox_, turbine_co_, waste_cod_, waste_flow_;
};

/// "12.345"
std::string thousandths_text(std::int64_t value);

}  // namespace parkwatch
