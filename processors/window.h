#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/decimal.h"
#include "processors/plan.h"

namespace parkwatch {

/// One outlet factor over one hour or local day: what `outlet_window` stores, phase left out.
struct Window {
  std::string outlet, factor;
  FactorRole role = FactorRole::Other;
  std::string state;  // valid, missing, no_discharge, not_operating, exempt, invalid(reason)
  std::optional<Decimal> value;      // measured: dry standard state, before reference oxygen
  std::optional<Decimal> converted;  // to reference oxygen
  std::optional<Decimal> minimum, maximum;
  std::int64_t samples = 0;
  std::int64_t valid_minutes = 0;
  std::int64_t invalid_minutes = 0;
  std::int64_t converted_minutes = 0;
  std::optional<Decimal> volume_m3;  // flow factors
  std::optional<MassDecimal> mass_kg;
  std::optional<MassDecimal> estimated_kg;  // substituted where there is no mass; kept elsewhere
  std::string mass_state;                   // why there is no mass, or "partial"; empty otherwise
  std::optional<Decimal> reported, recomputed;
  std::string source;                               // report or minutes; empty without a value
  std::optional<ReceivedTime> first_arrival;        // hours: of the first value that tells of it
  bool over_range = false;                          // hours: anything of it was above range
  std::optional<Decimal> converted_by_other_order;  // hours: for the verdict's note
  std::string exempt;        // the mark by which a valid hour is not judged; not stored
  bool unsure_mark = false;  // the rule of the mark that decides is not certain; not stored

  bool valid() const { return state == "valid"; }
  /// Due hours count in the denominators.
  bool due() const { return state != "no_discharge" && state != "not_operating"; }
};

/// Something odd about a window, kept beside it.
struct Finding {
  std::string outlet, factor, finding, detail;
};

/// The windows of one outlet, by factor code, with their findings.
struct OutletWindows {
  std::vector<Window> windows;
  std::vector<Finding> findings;
};

/// Reference oxygen of a factor's window: the outlet's, else that of the first limit (by id) in
/// force that has one; nothing where no limit in force asks for it.
std::optional<Decimal> reference_oxygen(const OutletPlan& plan, const Outlet& outlet,
                                        const std::string& factor, EventTime at);

}  // namespace parkwatch
