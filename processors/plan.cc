#include "processors/plan.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "model/rules_lookup.h"
#include "processors/id_rows.h"

namespace parkwatch {

namespace {

constexpr std::int64_t milliseconds_per_minute = 60'000;
constexpr std::int64_t milliseconds_per_day = 86'400'000;

std::string parameter_text(const Rules& rules, std::string_view name, const std::string& pack,
                           EventTime at) {
  const Parameter* found = find_parameter(rules, name, pack, at);
  if (found == nullptr) {
    throw std::invalid_argument("rules: parameter " + std::string(name) + " has no value at " +
                                utc_text(at));
  }
  return found->value;
}

Decimal decimal_parameter(const Rules& rules, std::string_view name, const std::string& pack,
                          EventTime at) {
  const std::string text = parameter_text(rules, name, pack, at);
  const std::optional<Decimal> value = Decimal::parse(text);
  if (!value) throw std::invalid_argument("rules: parameter " + std::string(name) + ": " + text);
  return *value;
}

std::int64_t whole_parameter(const Rules& rules, std::string_view name, const std::string& pack,
                             EventTime at) {
  return decimal_parameter(rules, name, pack, at).units() / Decimal::one;
}

Parameters parameters_at(const Rules& rules, const std::string& pack, EventTime at) {
  Parameters p;
  p.grace_minutes = whole_parameter(rules, "grace_minutes", pack, at);
  p.hour_valid_minutes = whole_parameter(rules, "hour_valid_minutes", pack, at);
  p.day_valid_share_percent = whole_parameter(rules, "day_valid_share_percent", pack, at);
  if (find_parameter(rules, "day_valid_hours", pack, at) != nullptr) {
    p.day_valid_hours = whole_parameter(rules, "day_valid_hours", pack, at);
  }
  p.oxygen_cannot_convert_percent =
      decimal_parameter(rules, "oxygen_cannot_convert_percent", pack, at);
  p.oxygen_air_percent = decimal_parameter(rules, "oxygen_air_percent", pack, at);
  p.convert_by_hour = parameter_text(rules, "conversion_order", pack, at) == "hour";
  p.report_difference_percent = whole_parameter(rules, "report_difference_percent", pack, at);
  p.cou_difference_percent = whole_parameter(rules, "cou_difference_percent", pack, at);
  p.standard_temperature_k = decimal_parameter(rules, "standard_temperature_k", pack, at);
  const Decimal pascal = decimal_parameter(rules, "standard_pressure_pa", pack, at);
  p.standard_pressure_kpa = Decimal::from_units(pascal.units() / 1'000);
  p.capture_target_percent = decimal_parameter(rules, "capture_target_percent", pack, at);
  p.capture_high_percent = decimal_parameter(rules, "substitution_capture_high_percent", pack, at);
  p.capture_low_percent = decimal_parameter(rules, "substitution_capture_low_percent", pack, at);
  p.substitution_run_hours = whole_parameter(rules, "substitution_run_hours", pack, at);
  p.look_back_short_run = whole_parameter(rules, "substitution_hours_short_run", pack, at);
  p.look_back_long_run = whole_parameter(rules, "substitution_hours_long_run", pack, at);
  p.look_back_low_capture = whole_parameter(rules, "substitution_hours_low_capture", pack, at);
  const char* const by_scheme[] = {"flag_required_hj212_2005", "flag_required_hj212_2017",
                                   "flag_required_hj212_2025", "flag_required_json"};
  for (std::size_t i = 0; i < 4; ++i) {
    p.flag_required[i] = parameter_text(rules, by_scheme[i], pack, at) == "yes";
  }
  p.quality = quality_parameters(rules, pack, at);
  p.suspicion = suspicion_parameters(rules, pack, at);
  return p;
}

}  // namespace

const LimitPlans& OutletPlan::no_limits() {
  static const LimitPlans none;
  return none;
}

const std::string* EnterprisePlan::park_at(EventTime at) const {
  for (const InPark& row : parks) {
    if (row.validity.covers(at)) return row.park;
  }
  return nullptr;
}

const Outlet* OutletPlan::row_at(EventTime at) const {
  for (const Row& row : rows) {
    if (row.setup->validity.covers(at)) return row.setup;
  }
  return nullptr;
}

const EnterprisePlan* OutletPlan::enterprise_at(EventTime at) const {
  for (const Row& row : rows) {
    if (row.setup->validity.covers(at)) return row.enterprise;
  }
  return nullptr;
}

const FactorPlan* OutletPlan::factor_at(std::string_view factor, EventTime at) const {
  for (const FactorPlan& candidate : factors) {
    if (candidate.row.factor == factor && candidate.row.validity.covers(at)) return &candidate;
  }
  return nullptr;
}

const Device* OutletPlan::device_at(const FactorPlan& factor, EventTime at) const {
  for (const Device& device : devices) {
    if (!device.validity.covers(at)) continue;
    if (factor.row.mn.empty() || factor.row.mn == device.mn) return &device;
  }
  return nullptr;
}

Plan::Plan(const Registry& registry, const Rules& rules, const std::map<std::string, Zone>& zones,
           std::string hash)
    : hash_(std::move(hash)), lifecycle_(registry, rules.lifecycle), operation_(registry, rules) {
  for (const Factor& factor : rules.factors) factors_.emplace(factor.code, factor);
  for (const Park& park : registry.parks) {
    if (!park_zones_.contains(park.id)) park_ids_.push_back(park.id);
    park_zones_[park.id] = zones.at(park.zone);
  }
  std::sort(park_ids_.begin(), park_ids_.end());
  for (const Cluster& cluster : registry.clusters) {
    cluster_zones_[cluster.id] = zones.at(cluster.zone);
  }
  for (const MarkRule& rule : rules.marks) {
    mark_schemes_[rule.scheme].push_back(rule);
    mark_deadline_hours_.insert(rule.deadline_hour);
  }
  add_parameters(rules);
  add_outlets(registry, rules);
}

void Plan::add_parameters(const Rules& rules) {
  std::set<std::string> packs{""};
  std::set<EventTime> changes{Validity{}.from};
  for (const Parameter& row : rules.parameters) {
    packs.insert(row.pack);
    changes.insert(row.validity.from);
    changes.insert(row.validity.to);
  }
  changes.erase(Validity{}.to);
  for (const std::string& pack : packs) {
    for (const EventTime from : changes) {
      parameters_[pack].push_back({from, parameters_at(rules, pack, from)});
    }
  }
  const EventTime latest = *changes.rbegin();
  future_allowance_ms_ =
      whole_parameter(rules, "future_allowance_minutes", "", latest) * milliseconds_per_minute;
  retention_ms_ = whole_parameter(rules, "retention_days", "", latest) * milliseconds_per_day;
  for (const char* rule : {"exceedance", "over_range", "silent"}) {
    severities_[rule] = parameter_text(rules, "episode_severity_" + std::string(rule), "", latest);
  }
}

Plan::DeviceMatch Plan::device(std::string_view mn, EventTime at) const {
  DeviceMatch match;
  match.metered = operation_.site_of_mn(mn, at);
  const auto mn_of_row = [this](std::uint32_t i) { return mn_of(i); };
  for (std::uint32_t i = devices_by_mn_.first(mn, mn_of_row); i != KeyIndex::none;
       i = devices_by_mn_.next(i)) {
    const auto& [device, outlet] = devices_[i];
    if (!device->validity.covers(at)) continue;
    match.park = park_of(*outlet, at);
    if (match.park == nullptr) continue;
    match.device = device;
    match.outlet = outlet;
    return match;
  }
  if (match.metered != nullptr) match.park = match.metered->park_at(at);
  if (match.park == nullptr) match.metered = nullptr;
  return match;
}

const OperationSite* Plan::site_of_value(const DeviceMatch& match, std::string_view mn,
                                         std::string_view factor, EventTime at) const {
  if (match.metered != nullptr) {
    if (operation_.is_meter(mn, factor, at)) return match.metered;
    const std::vector<Facility>& facilities = match.metered->facilities;
    const bool state =
        std::any_of(facilities.begin(), facilities.end(), [&](const Facility& facility) {
          return facility.hj212_code == factor && facility.validity.covers(at);
        });
    if (state) return match.metered;
  }
  if (match.outlet == nullptr || !facility_registered(*match.outlet, factor, at)) return nullptr;
  return operation_.site(match.outlet->enterprise_at(at)->id);
}

const std::string* Plan::park_of(const OutletPlan& outlet, EventTime at) const {
  const EnterprisePlan* enterprise = outlet.enterprise_at(at);
  return enterprise == nullptr ? nullptr : enterprise->park_at(at);
}

const std::string* Plan::park_ever(std::string_view mn) const {
  const auto mn_of_row = [this](std::uint32_t i) { return mn_of(i); };
  for (std::uint32_t i = devices_by_mn_.first(mn, mn_of_row); i != KeyIndex::none;
       i = devices_by_mn_.next(i)) {
    for (const OutletPlan::Row& row : devices_[i].outlet->rows) {
      if (!row.enterprise->parks.empty()) return row.enterprise->parks.front().park;
    }
  }
  return operation_.park_ever(mn);
}

std::set<EventTime> Plan::change_times(const OutletPlan& outlet) const {
  std::set<EventTime> times;
  const auto add = [&](const Validity& validity) {
    times.insert(validity.from);
    times.insert(validity.to);
  };
  for (const OutletPlan::Row& row : outlet.rows) {
    add(row.setup->validity);
    for (const EnterprisePlan::InPark& in_park : row.enterprise->parks) add(in_park.validity);
  }
  for (const Device& row : outlet.devices) add(row.validity);
  for (const FactorPlan& factor : outlet.factors) add(factor.row.validity);
  for (const auto& [factor, limits] : *outlet.limits) {
    for (const LimitPlan& limit : limits) add(limit.validity);
  }
  for (const MembershipPlan& row : outlet.memberships) add(row.validity);
  for (const LineOutlet& row : outlet.lines) add(row.validity);
  for (const OutletPlan::Row& row : outlet.rows) {
    for (const MarkRule& rule : mark_scheme(row.setup->mark_scheme)) add(rule.validity);
  }
  for (const auto& [pack, dated] : parameters_) {
    for (const Dated& one : dated) times.insert(one.from);
  }
  return times;
}

std::vector<std::string> Plan::clusters() const {
  std::vector<std::string> ids;
  for (const auto& [id, zone] : cluster_zones_) ids.push_back(id);
  return ids;
}

const OutletPlan* Plan::outlet(std::string_view id) const {
  return find_id(outlets_, id);
}

const std::vector<const OutletPlan*>& Plan::outlets_of(const std::string& park) const {
  static const std::vector<const OutletPlan*> none;
  const auto found = park_outlets_.find(park);
  return found == park_outlets_.end() ? none : found->second;
}

const Zone& Plan::zone_of_park(const std::string& park) const {
  return park_zones_.at(park);
}

const Zone& Plan::zone_of_cluster(const std::string& cluster) const {
  return cluster_zones_.at(cluster);
}

const Factor* Plan::factor(std::string_view code) const {
  const auto found = factors_.find(code);
  return found == factors_.end() ? nullptr : &found->second;
}

bool Plan::facility_registered(const OutletPlan& outlet, std::string_view code,
                               EventTime at) const {
  const EnterprisePlan* enterprise = outlet.enterprise_at(at);
  return enterprise != nullptr &&
         std::any_of(enterprise->facilities.begin(), enterprise->facilities.end(),
                     [&](const EnterprisePlan::SentFacility& facility) {
                       return *facility.code == code && facility.validity.covers(at) &&
                              (facility.outlet == nullptr || facility.outlet == &outlet);
                     });
}

const Parameters& Plan::parameters(const std::string& pack, EventTime at) const {
  auto found = parameters_.find(pack);
  if (found == parameters_.end()) found = parameters_.find("");
  const std::vector<Dated>& dated = found->second;
  const auto after = std::upper_bound(dated.begin(), dated.end(), at,
                                      [](EventTime t, const Dated& d) { return t < d.from; });
  return after == dated.begin() ? dated.front().parameters : std::prev(after)->parameters;
}

const std::vector<MarkRule>& Plan::mark_scheme(const std::string& scheme) const {
  static const std::vector<MarkRule> none;
  const auto found = mark_schemes_.find(scheme);
  return found == mark_schemes_.end() ? none : found->second;
}

const std::string& Plan::severity(const std::string& rule) const {
  return severities_.at(rule);
}

}  // namespace parkwatch
