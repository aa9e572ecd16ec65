#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processors/operation_plan.h"

namespace parkwatch {

/// A stretch [start, end) of whole minutes, or of whole local days, in which a condition held.
struct OperationRun {
  EventTime start, end;
  friend bool operator==(const OperationRun&, const OperationRun&) = default;
};

/// What one factor of an outlet emitted in one hour; nothing where the hour has no mass.
struct FactorMass {
  std::string factor;
  std::optional<MassDecimal> mass_kg;
};
/// The masses of an outlet's pollutants in an hour, by factor.
using HourMasses = std::function<std::vector<FactorMass>(const std::string& outlet, EventTime)>;

/// A condition that held for long enough: one row of violations.
struct OperationBreach {
  EventTime start;
  std::optional<EventTime> end;  // none: it held to the end of the last closed hour
  std::string severity;
  std::optional<MassDecimal> mass_kg;  // emitted meanwhile, all pollutants together
  std::string basis, evidence;
  friend bool operator==(const OperationBreach&, const OperationBreach&) = default;
};

/// What the breaches of one subject are made from.
struct OperationCase {
  const OperationRules& rules;
  const OperationSite& site;
  const OperationSubject& subject;
  EventTime closed_until;  // the end of the last closed hour
  const HourMasses& masses;
};

/// The stretches that the stored runs are about: a run of TS-O08 and TS-O09 began as long before
/// its first minute as the rule looks back, and runs that meet then are one; those of TS-O06 are
/// days.
std::vector<OperationRun> whole_runs(const OperationCase& of, std::span<const OperationRun> runs);

/// The breach that a whole run is; nothing where it is too short.
std::optional<OperationBreach> breach_of(const OperationCase& of, const OperationRun& run);

/// The minutes of [start, end) that lie in the runs.
std::int64_t minutes_within(std::span<const OperationRun> runs, EventTime start, EventTime end);

}  // namespace parkwatch
