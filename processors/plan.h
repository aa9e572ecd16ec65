#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/key_index.h"
#include "model/registry.h"
#include "model/rules.h"
#include "model/zone.h"
#include "processors/lifecycle_plan.h"
#include "processors/operation_plan.h"
#include "processors/quality_parameters.h"
#include "processors/row_pool.h"

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

/// A registered outlet factor with what the rules say of it.
struct ResolvedFactor : OutletFactor {
  std::string stored_unit;
  FactorRole role = FactorRole::Other;
  std::int64_t numerator = 1;  // stored = sent * numerator / denominator
  std::int64_t denominator = 1;
  std::int64_t units_per_kilogram = 0;  // mass units of the stored unit in a kilogram; 0: no mass
  std::optional<MassDecimal> equivalent_kg;
};

/// A factor of an outlet. Outlets by the hundred thousand register the same few factors alike: what
/// they share is kept once, by the plan.
struct FactorPlan {
  const OutletPlan* outlet;   // that it belongs to
  const ResolvedFactor& row;  // without the outlet's id
  FactorRole role = FactorRole::Other;
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

/// An enterprise as the results of its outlets depend on it, over all dates.
struct EnterprisePlan {
  struct InPark {
    const std::string* park;
    Validity validity;
  };
  /// A facility under the name that loggers send (SB1, SB2, …).
  struct SentFacility {
    const std::string* code;
    const OutletPlan* outlet;  // nullptr: any of the enterprise
    Validity validity;
  };
  std::string id;
  std::span<const InPark> parks;
  std::span<const SentFacility> facilities;

  const std::string* park_at(EventTime at) const;
};

/// A row of memberships.csv; its texts are kept by the plan.
struct MembershipPlan {
  const std::string& cluster;
  const std::string& member;
  Membership::Of of;
  Decimal share;
  Validity validity;
};

/// One outlet with everything that is registered about it, over all dates. Small, since there are
/// very many: its rows are kept by the plan, equal ones once.
struct OutletPlan {
  struct Row {
    const Outlet* setup;
    const EnterprisePlan* enterprise;
  };
  std::string id;
  std::span<const Row> rows;
  std::span<const Device> devices;
  std::span<const FactorPlan> factors;  // by factor code, then date
  const LimitPlans* limits = &no_limits();
  std::span<const LineOutlet> lines;            // production lines that emit through it
  std::span<const MembershipPlan> memberships;  // of it, its enterprise or its lines

  const Outlet* row_at(EventTime at) const;
  const EnterprisePlan* enterprise_at(EventTime at) const;
  const FactorPlan* factor_at(std::string_view factor, EventTime at) const;
  /// The device whose values count for a factor; nullptr when none is registered then.
  const Device* device_at(const FactorPlan& factor, EventTime at) const;
  static const LimitPlans& no_limits();
};

/// The active registry and rules, resolved for look-ups. Immutable; safe to share between threads.
class Plan {
 public:
  /// Throws std::invalid_argument naming what is missing; a set that `check` passes never does.
  Plan(const Registry& registry, const Rules& rules, const std::map<std::string, Zone>& zones,
       std::string hash);
  Plan(Plan&&) = default;  // its parts point at each other: no copies
  Plan& operator=(Plan&&) = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() = default;

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
  struct DeviceRow {
    const Device* device;
    const OutletPlan* outlet;
  };
  struct SetupOrder {
    bool operator()(const Outlet& a, const Outlet& b) const;
  };
  struct FactorOrder {
    bool operator()(const OutletFactor& a, const OutletFactor& b) const;
    using is_transparent = void;
  };
  struct LimitsOrder {
    bool operator()(const LimitPlans& a, const LimitPlans& b) const;
  };
  void add_outlets(const Registry& registry, const Rules& rules);
  void add_enterprises(const Registry& registry);
  void add_enterprise_rows(const Registry& registry);
  void add_rows(OutletPlan& plan, const Sources& sources);
  void add_devices(OutletPlan& plan, const Sources& sources);
  void add_factors(OutletPlan& plan, const Sources& sources);
  void add_limits(OutletPlan& plan, Sources& sources);
  void add_memberships(OutletPlan& plan, const Sources& sources);
  void add_to_parks(const OutletPlan& plan);
  LimitPlans limits_of(const OutletPlan& plan, const Sources& sources) const;
  LimitPlan permit_limit(const Permit& permit, const Rules& rules) const;
  static std::optional<LimitPlan> standard_limit(const Limit& limit, const RegisteredOutlet& row);
  const ResolvedFactor& resolve(const OutletFactor& row, const Rules& rules);
  void add_parameters(const Rules& rules);
  void index_devices();
  std::string_view mn_of(std::uint32_t device) const { return devices_[device].device->mn; }
  const std::string& kept(const std::string& text) { return *texts_.insert(text).first; }

  std::string hash_;
  LifecyclePlan lifecycle_;
  OperationPlan operation_;
  std::map<std::string, Factor, std::less<>> factors_;
  std::vector<OutletPlan> outlets_;          // by id
  std::vector<EnterprisePlan> enterprises_;  // by id
  std::vector<DeviceRow> devices_;
  KeyIndex devices_by_mn_;
  // What outlets and enterprises share, or keep one behind the other
  std::set<std::string> texts_;
  std::set<Outlet, SetupOrder> setups_;
  std::set<ResolvedFactor, FactorOrder> resolved_;
  std::set<LimitPlans, LimitsOrder> limits_;
  RowPool<EnterprisePlan::InPark> in_parks_;
  RowPool<EnterprisePlan::SentFacility> sent_facilities_;
  RowPool<OutletPlan::Row> outlet_rows_;
  RowPool<Device> device_rows_;
  RowPool<FactorPlan> factor_rows_;
  RowPool<LineOutlet> line_rows_;
  RowPool<MembershipPlan> membership_rows_;
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
