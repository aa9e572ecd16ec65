#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

#include "model/key_index.h"
#include "model/rules_lookup.h"
#include "processors/id_rows.h"
#include "processors/plan.h"
#include "processors/stack_limit.h"

namespace parkwatch {

namespace {

/// Mass units in a kilogram for a concentration's unit; 0 where it is no mass per volume.
std::int64_t units_per_kilogram(std::string_view unit) {
  if (unit.starts_with("mg/")) return 1'000'000;
  if (unit.starts_with("ug/")) return 1'000'000'000;
  if (unit.starts_with("ng/")) return 1'000'000'000'000;
  if (unit.starts_with("g/")) return 1'000;
  return 0;
}

}  // namespace

struct Plan::Sources {
  Sources(const Registry& registry, const Rules& given)
      : rules(given),
        outlets(registry.outlets, &RegisteredOutlet::id),
        devices(registry.devices, &RegisteredDevice::outlet),
        factors(registry.factors, &OutletFactor::outlet),
        permits(registry.permits, &Permit::outlet),
        lines(registry.line_outlets, &LineOutlet::outlet),
        memberships(registry.memberships, &Membership::member),
        limits(given.limits, &Limit::id) {}

  const Rules& rules;
  RowsById<RegisteredOutlet> outlets;
  RowsById<RegisteredDevice> devices;
  RowsById<OutletFactor> factors;
  RowsById<Permit> permits;
  RowsById<LineOutlet> lines;
  RowsById<Membership> memberships;
  RowsById<Limit> limits;
  /// What an outlet that is set up in one way and names these limits has, without permits.
  std::map<std::pair<const Outlet*, std::vector<std::string>>, const LimitPlans*> limits_by_setup;
};

bool Plan::SetupOrder::operator()(const Outlet& a, const Outlet& b) const {
  const auto content = [](const Outlet& row) {
    return std::tie(row.medium, row.concentration_basis, row.flow_basis, row.oxygen_basis,
                    row.stack_height_m, row.buildings_height_m, row.reference_oxygen_percent,
                    row.pressure_kpa, row.moisture_percent, row.rule_pack, row.mark_scheme,
                    row.validity.from, row.validity.to);
  };
  return content(a) < content(b);
}

/// Without the outlet.
bool Plan::FactorOrder::operator()(const OutletFactor& a, const OutletFactor& b) const {
  const auto content = [](const OutletFactor& row) {
    return std::tie(row.factor, row.mn, row.unit, row.range_min, row.range_max, row.zero_band,
                    row.set_parameter, row.cyclic, row.period_minutes, row.validity.from,
                    row.validity.to);
  };
  return content(a) < content(b);
}

bool Plan::LimitsOrder::operator()(const LimitPlans& a, const LimitPlans& b) const {
  const auto content = [](const LimitPlan& limit) {
    return std::tie(limit.id, limit.upper, limit.lower, limit.of, limit.span,
                    limit.reference_oxygen, limit.sure, limit.validity.from, limit.validity.to);
  };
  const auto less = [&](const LimitPlan& one, const LimitPlan& other) {
    return content(one) < content(other);
  };
  const auto less_rows = [&](const auto& one, const auto& other) {
    if (one.first != other.first) return one.first < other.first;
    return std::lexicographical_compare(one.second.begin(), one.second.end(), other.second.begin(),
                                        other.second.end(), less);
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less_rows);
}

const ResolvedFactor& Plan::resolve(const OutletFactor& row, const Rules& rules) {
  const auto known = resolved_.find(row);
  if (known != resolved_.end()) return *known;
  const auto found = factors_.find(row.factor);
  if (found == factors_.end()) {
    throw std::invalid_argument("registry: factor " + row.factor + " is not in the rules");
  }
  const Factor& factor = found->second;
  const std::optional<UnitConversion> conversion = find_conversion(rules, factor, row.unit);
  if (!conversion) {
    throw std::invalid_argument("registry: unit " + row.unit + " of " + row.factor +
                                " can not become " + factor.unit);
  }
  ResolvedFactor resolved{row,
                          factor.unit,
                          factor.role,
                          conversion->numerator,
                          conversion->denominator,
                          units_per_kilogram(factor.unit),
                          factor.equivalent_kg};
  resolved.outlet.clear();
  return *resolved_.insert(std::move(resolved)).first;
}

LimitPlan Plan::permit_limit(const Permit& permit, const Rules& rules) const {
  const auto factor = factors_.find(permit.factor);
  if (factor == factors_.end()) {
    throw std::invalid_argument("registry: permit " + permit.id + ": unknown factor");
  }
  const std::optional<UnitConversion> conversion =
      find_conversion(rules, factor->second, permit.unit);
  if (!conversion) throw std::invalid_argument("registry: permit " + permit.id + ": unit");
  const auto stored = [&](const std::optional<Decimal>& value) -> std::optional<Decimal> {
    if (!value) return std::nullopt;
    return Decimal::ratio(Wide{value->units()} * conversion->numerator,
                          Wide{conversion->denominator} * Decimal::one);
  };
  return {"permit/" + permit.id,
          stored(permit.limit),
          stored(permit.lower_limit),
          LimitOf::Value,
          permit.span == "day" ? LimitSpan::Day : LimitSpan::Hour,
          permit.reference_oxygen_percent,
          permit.sure,
          permit.validity};
}

/// Nothing for a limit that no window is held against.
std::optional<LimitPlan> Plan::standard_limit(const Limit& limit, const RegisteredOutlet& row) {
  if (limit.span == LimitSpan::Other) return std::nullopt;
  LimitPlan one{limit.id,   limit.upper,   limit.lower,
                limit.of,   limit.span,    limit.reference_oxygen_percent,
                limit.sure, limit.validity};
  one.validity.from = std::max(one.validity.from, row.validity.from);
  one.validity.to = std::min(one.validity.to, row.validity.to);
  if (limit.stack.rows.empty()) return one;
  if (!row.stack_height_m) {
    throw std::invalid_argument("registry: outlet " + row.id + " has no stack height");
  }
  const std::optional<StackLimit> found =
      limit_of_stack(limit.stack, *row.stack_height_m, row.buildings_height_m);
  if (!found) throw std::invalid_argument("rules: limit " + limit.id + " is too large");
  one.upper = found->upper;
  one.sure = one.sure && found->sure;
  return one;
}

LimitPlans Plan::limits_of(const OutletPlan& plan, const Sources& sources) const {
  LimitPlans found;
  sources.outlets.each(plan.id, [&](const RegisteredOutlet& row) {
    for (const std::string& id : row.limits) {
      sources.limits.each(id, [&](const Limit& limit) {
        std::optional<LimitPlan> one = standard_limit(limit, row);
        if (one) found[limit.factor].push_back(std::move(*one));
      });
    }
  });
  sources.permits.each(plan.id, [&](const Permit& permit) {
    if (!permit.limit && !permit.lower_limit) return;
    found[permit.factor].push_back(permit_limit(permit, sources.rules));
  });
  for (auto& [factor, limits] : found) {
    std::stable_sort(limits.begin(), limits.end(),
                     [](const LimitPlan& a, const LimitPlan& b) { return a.id < b.id; });
  }
  return found;
}

void Plan::add_limits(OutletPlan& plan, Sources& sources) {
  bool permits = false;
  sources.permits.each(plan.id, [&](const Permit&) { permits = true; });
  const LimitPlans** known = nullptr;
  if (!permits && plan.rows.size() == 1) {
    sources.outlets.each(plan.id, [&](const RegisteredOutlet& row) {
      known = &sources.limits_by_setup[{plan.rows.front().setup, row.limits}];
    });
    if (*known != nullptr) {
      plan.limits = *known;
      return;
    }
  }
  plan.limits = &*limits_.insert(limits_of(plan, sources)).first;
  if (known != nullptr) *known = plan.limits;
}

void Plan::add_memberships(OutletPlan& plan, const Sources& sources) {
  using Of = Membership::Of;
  std::vector<std::pair<const Membership*, const std::string*>> members;
  const auto add = [&](Of of, const std::string& id) {
    sources.memberships.each(id, [&](const Membership& row) {
      if (row.of == of) members.emplace_back(&row, &id);
    });
  };
  add(Of::Outlet, plan.id);
  for (const OutletPlan::Row& row : plan.rows) add(Of::Enterprise, row.enterprise->id);
  for (const LineOutlet& row : plan.lines) add(Of::Line, row.line);
  const auto order = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto equal = [](const auto& a, const auto& b) { return a.first == b.first; };
  std::sort(members.begin(), members.end(), order);  // rows of one vector: in file order
  members.erase(std::unique(members.begin(), members.end(), equal), members.end());
  std::vector<MembershipPlan> rows;
  for (const auto& [row, member] : members) {
    rows.push_back({kept(row->cluster), *member, row->of, row->share, row->validity});
  }
  plan.memberships = membership_rows_.keep(std::move(rows));
}

void Plan::add_rows(OutletPlan& plan, const Sources& sources) {
  std::vector<OutletPlan::Row> rows;
  sources.outlets.each(plan.id, [&](const RegisteredOutlet& row) {
    rows.push_back({&*setups_.insert(row).first, find_id(enterprises_, row.enterprise)});
  });
  plan.rows = outlet_rows_.keep(std::move(rows));
  std::vector<LineOutlet> lines;
  sources.lines.each(plan.id, [&](const LineOutlet& row) { lines.push_back(row); });
  plan.lines = line_rows_.keep(std::move(lines));
}

void Plan::add_devices(OutletPlan& plan, const Sources& sources) {
  std::vector<Device> devices;
  sources.devices.each(plan.id, [&](const RegisteredDevice& row) { devices.push_back(row); });
  plan.devices = device_rows_.keep(std::move(devices));
  for (const Device& device : plan.devices) devices_.push_back({&device, &plan});
}

void Plan::add_factors(OutletPlan& plan, const Sources& sources) {
  std::vector<const OutletFactor*> rows;
  sources.factors.each(plan.id, [&](const OutletFactor& row) { rows.push_back(&row); });
  std::stable_sort(rows.begin(), rows.end(), [](const OutletFactor* a, const OutletFactor* b) {
    return a->factor < b->factor;
  });
  std::vector<FactorPlan> factors;
  factors.reserve(rows.size());
  for (const OutletFactor* row : rows) {
    const ResolvedFactor& resolved = resolve(*row, sources.rules);
    factors.push_back({&plan, resolved, resolved.role});
  }
  plan.factors = factor_rows_.keep(std::move(factors));
}

void Plan::add_to_parks(const OutletPlan& plan) {
  std::set<std::string_view> parks;
  for (const OutletPlan::Row& row : plan.rows) {
    for (const EnterprisePlan::InPark& in_park : row.enterprise->parks) parks.insert(*in_park.park);
  }
  for (const std::string_view park : parks) park_outlets_[std::string(park)].push_back(&plan);
}

void Plan::add_outlets(const Registry& registry, const Rules& rules) {
  std::vector<std::string_view> ids;
  ids.reserve(registry.outlets.size());
  for (const RegisteredOutlet& row : registry.outlets) ids.push_back(row.id);
  outlets_ = rows_with_ids<OutletPlan>(std::move(ids));
  add_enterprises(registry);
  Sources sources(registry, rules);
  devices_.reserve(registry.devices.size());
  for (OutletPlan& plan : outlets_) {
    add_rows(plan, sources);
    add_devices(plan, sources);
    add_factors(plan, sources);
    add_limits(plan, sources);
    add_memberships(plan, sources);
    add_to_parks(plan);
  }
  index_devices();
}

void Plan::index_devices() {
  devices_by_mn_ = KeyIndex(devices_.size());
  const auto mn_of_row = [this](std::uint32_t i) { return mn_of(i); };
  for (std::uint32_t i = 0; i < devices_.size(); ++i) devices_by_mn_.add(i, mn_of_row);
}

}  // namespace parkwatch
