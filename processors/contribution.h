#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "processors/plan.h"
#include "processors/window.h"

namespace parkwatch {

/// What one park adds to one cluster in one window, for one pollutant (docs/arithmetic.md §10).
struct Contribution {
  MassDecimal gross_kg;     // each outlet whole
  MassDecimal additive_kg;  // by dated shares
  std::int64_t due = 0;     // outlet-hours
  std::int64_t present = 0;
  bool closed = false;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// By pollutant code.
using Contributions = std::map<std::string, Contribution>;

/// The share with which an outlet counts in a cluster at a time: the outlet's own membership before
/// that of its enterprise; nothing when it does not belong to it.
std::optional<Decimal> share_in_cluster(const OutletPlan& outlet, const std::string& cluster,
                                        EventTime at);

/// Adds one outlet's pollutant windows of an hour. False when a sum leaves its range.
bool add_outlet(Contributions& sums, std::span<const Window> windows, Decimal share);

/// Adds one window's contributions to another's: hours to a day, parks to a cluster.
bool add_contributions(Contributions& sums, const Contributions& more);

/// present / due; nothing when nothing is due.
std::optional<Decimal> completeness(const Contribution& contribution);

/// Pollution equivalents of a mass (Environmental Protection Tax Law, annex 2).
std::optional<Decimal> equivalents(MassDecimal mass, std::optional<MassDecimal> equivalent_kg);

}  // namespace parkwatch
