#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

#include "model/rules_lookup.h"
#include "processors/plan.h"
#include "processors/stack_limit.h"

namespace parkwatch {

namespace {

/// Rows by the id that they name, in file order: a registry may have very many outlets.
template <class Row>
using RowsById = std::unordered_map<std::string, std::vector<const Row*>>;

template <class Row>
RowsById<Row> by_id(const std::vector<Row>& rows, std::string Row::*id) {
  RowsById<Row> found;
  for (const Row& row : rows) found[row.*id].push_back(&row);
  return found;
}

template <class Row>
const std::vector<const Row*>& rows_of(const RowsById<Row>& rows, const std::string& id) {
  static const std::vector<const Row*> none;
  const auto found = rows.find(id);
  return found == rows.end() ? none : found->second;
}

/// Mass units in a kilogram for a concentration's unit; 0 where it is no mass per volume.
std::int64_t units_per_kilogram(std::string_view unit) {
  if (unit.starts_with("mg/")) return 1'000'000;
  if (unit.starts_with("ug/")) return 1'000'000'000;
  if (unit.starts_with("ng/")) return 1'000'000'000'000;
  if (unit.starts_with("g/")) return 1'000;
  return 0;
}

/// By content, so that equal ones are found.
struct LimitsOrder {
  static auto content(const LimitPlan& limit) {
    return std::tie(limit.id, limit.upper, limit.lower, limit.of, limit.span,
                    limit.reference_oxygen, limit.sure, limit.validity.from, limit.validity.to);
  }
  static bool less(const LimitPlan& a, const LimitPlan& b) { return content(a) < content(b); }
  static bool less_rows(const LimitPlans::value_type& a, const LimitPlans::value_type& b) {
    if (a.first != b.first) return a.first < b.first;
    return std::lexicographical_compare(a.second.begin(), a.second.end(), b.second.begin(),
                                        b.second.end(), less);
  }
  bool operator()(const LimitPlans& a, const LimitPlans& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less_rows);
  }
};

}  // namespace

struct Plan::Sources {
  Sources(const Registry& registry, const Rules& given)
      : rules(given),
        devices(by_id(registry.devices, &Device::outlet)),
        factors(by_id(registry.factors, &OutletFactor::outlet)),
        permits(by_id(registry.permits, &Permit::outlet)),
        lines(by_id(registry.line_outlets, &LineOutlet::outlet)),
        limits(by_id(given.limits, &Limit::id)) {
    for (const Membership& row : registry.memberships) {
      members[static_cast<std::size_t>(row.of)][row.member].push_back(&row);
    }
  }
  const std::vector<const Membership*>& members_of(Membership::Of of, const std::string& id) const {
    return rows_of(members[static_cast<std::size_t>(of)], id);
  }

  const Rules& rules;
  RowsById<Device> devices;
  RowsById<OutletFactor> factors;
  RowsById<Permit> permits;
  RowsById<LineOutlet> lines;
  RowsById<Limit> limits;
  RowsById<Membership> members[3];  // by what is a member
};

bool Plan::RowOrder::operator()(const OutletFactor& a, const OutletFactor& b) const {
  const auto content = [](const OutletFactor& row) {
    return std::tie(row.outlet, row.factor, row.mn, row.unit, row.range_min, row.range_max,
                    row.zero_band, row.set_parameter, row.cyclic, row.period_minutes,
                    row.validity.from, row.validity.to);
  };
  return content(a) < content(b);
}

FactorPlan Plan::resolve(const OutletPlan& outlet, const OutletFactor& row, const Rules& rules) {
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
  OutletFactor shared = row;
  shared.outlet.clear();
  return {&outlet,
          *factor_rows_.insert(std::move(shared)).first,
          factor.unit,
          factor.role,
          conversion->numerator,
          conversion->denominator,
          units_per_kilogram(factor.unit),
          factor.equivalent_kg};
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
std::optional<LimitPlan> Plan::standard_limit(const Limit& limit, const Outlet& row) {
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
  for (const Outlet& row : plan.rows) {
    for (const std::string& id : row.limits) {
      for (const Limit* limit : rows_of(sources.limits, id)) {
        std::optional<LimitPlan> one = standard_limit(*limit, row);
        if (one) found[limit->factor].push_back(std::move(*one));
      }
    }
  }
  for (const Permit* permit : rows_of(sources.permits, plan.id)) {
    if (!permit->limit && !permit->lower_limit) continue;
    found[permit->factor].push_back(permit_limit(*permit, sources.rules));
  }
  for (auto& [factor, limits] : found) {
    std::stable_sort(limits.begin(), limits.end(),
                     [](const LimitPlan& a, const LimitPlan& b) { return a.id < b.id; });
  }
  return found;
}

void Plan::add_memberships(OutletPlan& plan, const Sources& sources) {
  using Of = Membership::Of;
  std::set<const Membership*> members;  // rows of one vector: in file order
  const auto add = [&](Of of, const std::string& id) {
    const auto& rows = sources.members_of(of, id);
    members.insert(rows.begin(), rows.end());
  };
  add(Of::Outlet, plan.id);
  for (const Outlet& row : plan.rows) add(Of::Enterprise, row.enterprise);
  for (const LineOutlet& row : plan.lines) add(Of::Line, row.line);
  for (const Membership* row : members) plan.memberships.push_back(*row);
}

void Plan::add_factors(OutletPlan& plan, const Sources& sources) {
  std::vector<const OutletFactor*> rows = rows_of(sources.factors, plan.id);
  std::stable_sort(rows.begin(), rows.end(), [](const OutletFactor* a, const OutletFactor* b) {
    return a->factor < b->factor;
  });
  plan.factors.reserve(rows.size());
  for (const OutletFactor* row : rows) plan.factors.push_back(resolve(plan, *row, sources.rules));
}

void Plan::add_outlets(const Registry& registry, const Rules& rules) {
  for (const Outlet& row : registry.outlets) {
    OutletPlan& plan = outlets_[row.id];
    plan.id = row.id;
    plan.rows.push_back(row);
  }
  const Sources sources(registry, rules);
  std::map<LimitPlans, std::shared_ptr<const LimitPlans>, LimitsOrder> shared_limits;
  for (auto& [id, plan] : outlets_) {
    const auto& devices = rows_of(sources.devices, id);
    plan.devices.reserve(devices.size());
    for (const Device* row : devices) plan.devices.push_back(*row);
    add_factors(plan, sources);
    for (const LineOutlet* row : rows_of(sources.lines, id)) plan.lines.push_back(*row);
    LimitPlans limits = limits_of(plan, sources);
    std::shared_ptr<const LimitPlans>& shared = shared_limits[limits];
    if (shared == nullptr) shared = std::make_shared<const LimitPlans>(std::move(limits));
    plan.limits = shared;
    for (Outlet& row : plan.rows) row.limits = {};
    add_memberships(plan, sources);
    std::set<std::string> parks;
    for (const Outlet& outlet_row : plan.rows) {
      for (const Enterprise& enterprise : enterprises_[outlet_row.enterprise]) {
        parks.insert(enterprise.park);
      }
    }
    for (const std::string& park : parks) park_outlets_[park].push_back(&plan);
    for (const Device& device : plan.devices) devices_[device.mn].push_back({&device, &plan});
  }
}

}  // namespace parkwatch
