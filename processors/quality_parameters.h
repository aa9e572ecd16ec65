#pragma once

#include <cstdint>
#include <string>

#include "model/rules.h"

namespace parkwatch {

/// When data become a finding about their sensor (docs/rules/quality.md). 0 hours, reports, steps
/// or gap minutes: that finding is not looked for.
struct QualityParameters {
  std::int64_t stuck_hours = 0, stuck_reports = 0, stuck_least_steps = 0;
  std::int64_t zero_hours = 0;
  Decimal oxygen_suspect_percent;
  std::int64_t spike_steps = 0, spike_percent = 0, spike_minutes = 0;
  std::int64_t gap_minutes = 0;
  std::int64_t clock_hours = 0, clock_share_percent = 0, clock_spread_minutes = 0;
  std::int64_t clock_ahead_seconds = 0, clock_behind_minutes = 0;
};

/// From which percentage on a suspicion has a grade; 0: that grade is not given.
struct GradePercents {
  Decimal low, medium, high;
};

/// When data look made rather than measured (docs/rules/suspicion.md). 0 hours or figures: that
/// suspicion is not looked for.
struct SuspicionParameters {
  std::int64_t smooth_hours = 0, smooth_steps = 0, smooth_range_percent = 0;
  GradePercents smooth;
  std::int64_t recurring_figures = 0, recurring_steps = 0;
  GradePercents recurring;
  std::int64_t pinned_hours = 0, pinned_band_percent = 0, pinned_beside_percent = 0;
  GradePercents pinned;
  std::int64_t contradiction_hours = 0, contradiction_excess_percent = 0;
  GradePercents contradiction;
};

/// Those that hold at a time for a rule pack; 0 for what the rules do not have.
/// Throws std::invalid_argument for a value that is no number; a set that `check` passes has none.
QualityParameters quality_parameters(const Rules& rules, const std::string& pack, EventTime at);
SuspicionParameters suspicion_parameters(const Rules& rules, const std::string& pack, EventTime at);

}  // namespace parkwatch
