#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processors/plan.h"
#include "processors/window.h"

namespace parkwatch {

/// What a closed hour of a pollutant is for the capture rate and for substitution.
enum class MassClass : std::uint8_t {
  None = 0,          // no closed row
  Stopped = 1,       // not due
  Measured = 2,      // valid, with mass
  ValidGap = 3,      // valid, but its mass is missing
  ValidNoMass = 4,   // valid; no flow or basis is registered, so it never has a mass
  InvalidGap = 5,    // not valid
  InvalidNoMass = 6  // not valid, and would have no mass
};

struct HourMass {
  MassClass of = MassClass::None;
  MassDecimal mass;  // of a Measured one
  bool gap() const { return of == MassClass::ValidGap || of == MassClass::InvalidGap; }
  friend bool operator==(const HourMass&, const HourMass&) = default;
};

/// `possible`: flow and bases are registered, so that a valid hour has a mass.
HourMass hour_mass_of(const Window& window, bool possible);

/// Counts of a series' closed hours in a quarter (HJ 75-2017 §12.1).
struct Capture {
  std::int64_t hours = 0, valid = 0, stopped = 0, gaps = 0;

  void count(MassClass of, std::int64_t times);
  /// valid / (hours - stopped); nothing when every hour was stopped.
  std::optional<Decimal> rate() const;
  /// Whether the rate reaches a percentage, by the exact fraction.
  bool reaches(Decimal percent) const;
  friend bool operator==(const Capture&, const Capture&) = default;
};

/// How many valid hours an air outlet's missing mass is the maximum of (HJ 75-2017 §12.2, Tables 5
/// and 6), by the quarter's capture rate and the hours of the run; nothing below the lowest rate.
std::optional<std::int64_t> look_back_hours(const Capture& capture, std::int64_t run_hours,
                                            const Parameters& parameters);

/// A substituted mass and how it was found: `maximum/180` or `mean/5`.
struct Estimate {
  MassDecimal mass;
  std::string method;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// The estimate of each hour of a run of gaps from the masses of the valid hours before it, newest
/// first (docs/rules/substitution.md). Air: the maximum; water: the mean of as many hours as the
/// run has. Nothing where no rule applies or no valid hour is left. Pure.
std::optional<Estimate> estimate(Medium medium, const Capture& capture, std::int64_t run_hours,
                                 std::span<const MassDecimal> before, const Parameters& parameters);

}  // namespace parkwatch
