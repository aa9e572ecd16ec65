#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/registry.h"
#include "model/rules.h"
#include "model/zone.h"
#include "processors/lifecycle_plan.h"
#include "processors/operation_plan.h"
#include "processors/quality_parameters.h"

namespace parkwatch {

/// The arithmetic's parameters in force at a time for a rule pack (rules/parameters.csv).
struct Parameters {
  std::int64_t grace_minutes = 0;
  std::int64_t hour_valid_minutes = 0;
  std::int64_t day_valid_share_percent = 0;
  std::optional<std::int64_t> day_valid_hours;  // rule packs that count hours (GB 18485)
  Decimal oxygen_cannot_convert_percent;
  Decimal oxygen_air_percent;
  bool convert_by_hour = false;  // conversion_order = hour
  std::int64_t report_difference_percent = 0;
  std::int64_t cou_difference_percent = 0;
  Decimal standard_temperature_k;
  Decimal standard_pressure_kpa;
  bool flag_required[4] = {};  // by Scheme
  // Capture rate and substitution of missing mass, HJ 75-2017 §12; hours
  Decimal capture_target_percent, capture_high_percent, capture_low_percent;
  std::int64_t substitution_run_hours = 0;
  std::int64_t look_back_short_run = 0, look_back_long_run = 0, look_back_low_capture = 0;
  QualityParameters quality;
  SuspicionParameters suspicion;
};

struct OutletPlan;

/// A registered outlet factor with what the rules say of it. Outlets by the hundred thousand
/// register the same few factors alike: what they share is kept once, by the plan.
struct FactorPlan {
  const OutletPlan* outlet;  // that it belongs to
  const OutletFactor& row;   // without the outlet's id
  const std::string& unit;   // stored unit
  FactorRole role = FactorRole::Other;
  std::int64_t numerator = 1;  // stored = sent * numerator / denominator
  std::int64_t denominator = 1;
  std::int64_t units_per_kilogram = 0;  // mass units of the stored unit in a kilogram; 0: no mass
  std::optional<MassDecimal> equivalent_kg{};
};

/// A limit that applies to a factor of an outlet, standards and permits alike. A mass rate's bounds
/// are in kg/h.
struct LimitPlan {
  std::string id;
  std::optional<Decimal> upper, lower;
  LimitOf of = LimitOf::Value;
  LimitSpan span = LimitSpan::Hour;
  std::optional<Decimal> reference_oxygen;
  bool sure = true;
  Validity validity;
};

/// By factor code; each by id. Shared by the outlets that have the same ones.
using LimitPlans = std::map<std::string, std::vector<LimitPlan>>;

/// One outlet with everything that is registered about it, over all dates.
struct OutletPlan {
  std::string id;
  std::vector<Outlet> rows;  // without the ids of their limits
  std::vector<Device> devices;
  std::vector<FactorPlan> factors;  // by factor code, then date
  std::shared_ptr<const LimitPlans> limits = no_limits();
  std::vector<LineOutlet> lines;        // production lines that emit through it
  std::vector<Membership> memberships;  // of it, its enterprise or its lines

  const Outlet* row_at(EventTime at) const;
  const FactorPlan* factor_at(std::string_view factor, EventTime at) const;
  /// The device whose values count for a factor; nullptr when none is registered then.
  const Device* device_at(const FactorPlan& factor, EventTime at) const;
  static const std::shared_ptr<const LimitPlans>& no_limits();
};

/// The active registry and rules, resolved for look-ups. Immutable; safe to share between threads.
class Plan {
 public:
  /// Throws std::invalid_argument naming what is missing; a set that `check` passes never does.
  Plan(const Registry& registry, const Rules& rules, const std::map<std::string, Zone>& zones,
       std::string hash);

  struct DeviceMatch {
    const Device* device = nullptr;
    const OutletPlan* outlet = nullptr;
    const std::string* park = nullptr;
    const OperationSite* metered = nullptr;  // whose meters stand under the MN
  };
  /// What is registered for an MN at a time; all null when nothing is. Of an MN that only meters
  /// stand under, device and outlet are null.
  DeviceMatch device(std::string_view mn, EventTime at) const;
  /// The site whose lines or facilities a value tells of, by power or run state; nullptr: none.
  const OperationSite* site_of_value(const DeviceMatch& match, std::string_view mn,
                                     std::string_view factor, EventTime at) const;
  const std::string* park_of(const OutletPlan& outlet, EventTime at) const;
  /// A park that the MN belongs to at some time, always the same one; nullptr when it never does.
  const std::string* park_ever(std::string_view mn) const;
  const OutletPlan* outlet(std::string_view id) const;
  /// Outlets that ever belong to the park.
  const std::vector<const OutletPlan*>& outlets_of(const std::string& park) const;
  const std::vector<std::string>& parks() const { return park_ids_; }
  const Zone& zone_of_park(const std::string& park) const;
  const Zone& zone_of_cluster(const std::string& cluster) const;
  /// The instants at which anything that is registered about the outlet, or a parameter, begins or
  /// ceases to hold.
  std::set<EventTime> change_times(const OutletPlan& outlet) const;
  /// Every cluster's id, ascending.
  std::vector<std::string> clusters() const;
  const Enterprise* enterprise_of(const OutletPlan& outlet, EventTime at) const;
  const Factor* factor(std::string_view code) const;
  /// Whether an item that is no factor (SB1, SB2, …) names a registered facility of the outlet.
  bool facility_registered(const OutletPlan& outlet, std::string_view code, EventTime at) const;
  const Parameters& parameters(const std::string& pack, EventTime at) const;
  std::int64_t grace_minutes(EventTime at) const { return parameters("", at).grace_minutes; }
  std::int64_t future_allowance_ms() const { return future_allowance_ms_; }
  std::int64_t retention_ms() const { return retention_ms_; }
  /// The dated marks of a scheme; none for an empty or unknown name.
  const std::vector<MarkRule>& mark_scheme(const std::string& scheme) const;
  /// Every `deadline_hour` of any scheme.
  const std::set<std::int64_t>& mark_deadline_hours() const { return mark_deadline_hours_; }
  const std::string& severity(const std::string& rule) const;
  const LifecyclePlan& lifecycle() const { return lifecycle_; }
  /// Production lines, treatment facilities and their meters.
  const OperationPlan& operation() const { return operation_; }
  const std::string& hash() const { return hash_; }

 private:
  struct Dated {
    EventTime from;
    Parameters parameters;
  };
  struct Sources;  // registry and rules, found by id; plan_outlets.cc
  void add_outlets(const Registry& registry, const Rules& rules);
  void add_factors(OutletPlan& plan, const Sources& sources);
  LimitPlans limits_of(const OutletPlan& plan, const Sources& sources) const;
  LimitPlan permit_limit(const Permit& permit, const Rules& rules) const;
  static std::optional<LimitPlan> standard_limit(const Limit& limit, const Outlet& row);
  static void add_memberships(OutletPlan& plan, const Sources& sources);
  FactorPlan resolve(const OutletPlan& outlet, const OutletFactor& row, const Rules& rules);
  void add_parameters(const Rules& rules);

  std::string hash_;
  LifecyclePlan lifecycle_;
  OperationPlan operation_;
  std::map<std::string, Factor, std::less<>> factors_;
  std::map<std::string, OutletPlan, std::less<>> outlets_;
  std::map<std::string, std::vector<Enterprise>> enterprises_;
  std::map<std::string, std::vector<Facility>> facilities_;  // by enterprise
  struct DeviceRow {
    const Device* device;
    const OutletPlan* outlet;
  };
  std::unordered_map<std::string_view, std::vector<DeviceRow>> devices_;  // by MN
  struct RowOrder {
    bool operator()(const OutletFactor& a, const OutletFactor& b) const;
  };
  std::set<OutletFactor, RowOrder> factor_rows_;  // what FactorPlans share
  std::vector<std::string> park_ids_;
  std::map<std::string, std::vector<const OutletPlan*>> park_outlets_;
  std::map<std::string, Zone> park_zones_;
  std::map<std::string, Zone> cluster_zones_;
  std::map<std::string, std::vector<Dated>> parameters_;  // by pack, ascending
  std::map<std::string, std::string> severities_;
  std::map<std::string, std::vector<MarkRule>> mark_schemes_;
  std::set<std::int64_t> mark_deadline_hours_;
  std::int64_t future_allowance_ms_ = 0;
  std::int64_t retention_ms_ = 0;
};

}  // namespace parkwatch
