#include "processors/contribution.h"

namespace parkwatch {

namespace {

bool grow(MassDecimal& sum, MassDecimal by) {
  const std::optional<MassDecimal> next = add(sum, by);
  if (next) sum = *next;
  return next.has_value();
}

}  // namespace

std::optional<Decimal> share_in_cluster(const OutletPlan& outlet, const std::string& cluster,
                                        EventTime at) {
  std::optional<Decimal> by_enterprise;
  const Outlet* row = outlet.row_at(at);
  for (const Membership& membership : outlet.memberships) {
    if (membership.cluster != cluster || !membership.validity.covers(at)) continue;
    if (membership.of == Membership::Of::Outlet) return membership.share;
    if (row != nullptr && membership.member == row->enterprise) by_enterprise = membership.share;
  }
  return by_enterprise;
}

bool add_outlet(Contributions& sums, std::span<const Window> windows, Decimal share) {
  bool fits = true;
  for (const Window& window : windows) {
    if (window.role != FactorRole::Pollutant) continue;
    Contribution& sum = sums[window.factor];
    if (window.due()) ++sum.due;
    if (!window.mass_kg) continue;
    if (window.due()) ++sum.present;
    const std::optional<MassDecimal> part = MassDecimal::ratio(
        Wide{window.mass_kg->units()} * share.units(), Wide{MassDecimal::one} * Decimal::one);
    fits = part && grow(sum.gross_kg, *window.mass_kg) && grow(sum.additive_kg, *part) && fits;
  }
  return fits;
}

bool add_contributions(Contributions& sums, const Contributions& more) {
  bool fits = true;
  for (const auto& [factor, contribution] : more) {
    Contribution& sum = sums[factor];
    sum.due += contribution.due;
    sum.present += contribution.present;
    fits = grow(sum.gross_kg, contribution.gross_kg) &&
           grow(sum.additive_kg, contribution.additive_kg) && fits;
  }
  return fits;
}

std::optional<Decimal> completeness(const Contribution& contribution) {
  return Decimal::ratio(contribution.present, contribution.due);
}

std::optional<Decimal> equivalents(MassDecimal mass, std::optional<MassDecimal> equivalent_kg) {
  if (!equivalent_kg) return std::nullopt;
  return Decimal::ratio(mass.units(), equivalent_kg->units());
}

}  // namespace parkwatch
