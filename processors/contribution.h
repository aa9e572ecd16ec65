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
  MassDecimal gross_kg;      // each member whole, estimates included
  MassDecimal additive_kg;   // by dated shares
  MassDecimal estimated_kg;  // what of gross_kg was substituted
  std::int64_t due = 0;      // outlet-hours
  std::int64_t present = 0;
  bool closed = false;
  friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// By pollutant code.
using Contributions = std::map<std::string, Contribution>;

/// How much of an outlet's mass counts in a cluster, 0 to 1.
struct ClusterShare {
  Decimal gross = Decimal::whole(1);  // what of the outlet belongs to the cluster's members
  Decimal additive;                   // the same with the members' dated shares
};

/// An outlet's share in a cluster at a time: by its own membership, else by those of the lines that
/// emit through it, else by its enterprise's; nothing when it does not belong to it.
std::optional<ClusterShare> share_in_cluster(const OutletPlan& outlet, const std::string& cluster,
                                             EventTime at);

/// Adds one outlet's pollutant windows of an hour. False when a sum leaves its range.
bool add_outlet(Contributions& sums, std::span<const Window> windows, const ClusterShare& share);

/// Adds one window's contributions to another's: hours to a day, parks to a cluster.
bool add_contributions(Contributions& sums, const Contributions& more);

/// estimated / gross; 0 where there is no mass.
Decimal estimated_share(const Contribution& contribution);

/// present / due; nothing when nothing is due.
std::optional<Decimal> completeness(const Contribution& contribution);

/// Pollution equivalents of a mass (Environmental Protection Tax Law, annex 2).
std::optional<Decimal> equivalents(MassDecimal mass, std::optional<MassDecimal> equivalent_kg);

}  // namespace parkwatch
