#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "processors/hour_report.h"
#include "processors/mass.h"
#include "processors/minutes.h"
#include "processors/window.h"

namespace parkwatch {

/// One factor of an hour on its way from minutes to a window: each step's result, so that it can be
/// shown as well as stored.
struct FactorHour {
  const FactorPlan* plan = nullptr;
  const Device* device = nullptr;
  Minutes raw;
  std::array<std::optional<Decimal>, 60> measured;   // dry standard state
  std::array<std::optional<Decimal>, 60> converted;  // to reference oxygen
  std::optional<Decimal> reference;
  std::optional<HourReport> report;
  std::optional<Decimal> report_measured;  // its average in the dry standard state
  Window window;
  std::optional<Decimal> own_mean;
  bool own_valid = false;
  bool own_zero = false;  // every measured minute is 0
  bool judged_report = false;
  std::optional<MassInput> mass_input;
};

/// The steps of an outlet's hour, by factor code.
using HourSteps = std::map<std::string, FactorHour>;

/// The windows of one outlet for the hour that starts at `hour` (docs/arithmetic.md §4 to §6).
/// Pure: the same kept values, plan and hour give the same windows.
class HourCalculator {
 public:
  HourCalculator(const Plan& plan, const DeviceHours& hours) : plan_(plan), hours_(hours) {}

  /// Every factor registered for the outlet at `hour`, in order of code. `zone` is the park's.
  /// `steps` takes how they came about; it points into the plan.
  OutletWindows calculate(const OutletPlan& outlet, EventTime hour, const Zone& zone,
                          HourSteps* steps = nullptr) const;

 private:
  const Plan& plan_;
  const DeviceHours& hours_;
};

}  // namespace parkwatch
