#include "processors/contribution.h"

namespace parkwatch {

namespace {

bool grow(MassDecimal& sum, MassDecimal by) {
  const std::optional<MassDecimal> next = add(sum, by);
  if (next) sum = *next;
  return next.has_value();
}

}  // namespace

std::optional<ClusterShare> share_in_cluster(const OutletPlan& outlet, const std::string& cluster,
                                             EventTime at) {
  std::optional<ClusterShare> by_enterprise;
  Wide gross = 0, additive = 0;  // of lines, in millionths of millionths
  bool by_line = false;
  const EnterprisePlan* enterprise = outlet.enterprise_at(at);
  for (const MembershipPlan& membership : outlet.memberships) {
    if (membership.cluster != cluster || !membership.validity.covers(at)) continue;
    if (membership.of == Membership::Of::Outlet) return ClusterShare{.additive = membership.share};
    if (membership.of == Membership::Of::Line) {
      for (const LineOutlet& part : outlet.lines) {
        if (part.line != membership.member || !part.validity.covers(at)) continue;
        by_line = true;
        gross += Wide{part.share.units()} * Decimal::one;
        additive += Wide{part.share.units()} * membership.share.units();
      }
    } else if (enterprise != nullptr && membership.member == enterprise->id) {
      by_enterprise = ClusterShare{.additive = membership.share};
    }
  }
  if (!by_line) return by_enterprise;
  const Wide whole = Wide{Decimal::one} * Decimal::one;
  return ClusterShare{*Decimal::ratio(gross, whole), *Decimal::ratio(additive, whole)};
}

bool add_outlet(Contributions& sums, std::span<const Window> windows, const ClusterShare& share) {
  bool fits = true;
  const auto part_of = [](MassDecimal mass, Decimal part) {
    return MassDecimal::ratio(Wide{mass.units()} * part.units(),
                              Wide{MassDecimal::one} * Decimal::one);
  };
  for (const Window& window : windows) {
    if (window.role != FactorRole::Pollutant) continue;
    Contribution& sum = sums[window.factor];
    if (window.due()) ++sum.due;
    const std::optional<MassDecimal>& mass = window.mass_kg ? window.mass_kg : window.estimated_kg;
    if (!mass) continue;
    if (window.due() && window.mass_kg) ++sum.present;
    const std::optional<MassDecimal> gross = part_of(*mass, share.gross);
    const std::optional<MassDecimal> additive = part_of(*mass, share.additive);
    fits =
        gross && additive && grow(sum.gross_kg, *gross) && grow(sum.additive_kg, *additive) && fits;
    if (gross && !window.mass_kg) fits = grow(sum.estimated_kg, *gross) && fits;
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
           grow(sum.additive_kg, contribution.additive_kg) &&
           grow(sum.estimated_kg, contribution.estimated_kg) && fits;
  }
  return fits;
}

Decimal estimated_share(const Contribution& contribution) {
  return Decimal::ratio(contribution.estimated_kg.units(), contribution.gross_kg.units())
      .value_or(Decimal());
}

std::optional<Decimal> completeness(const Contribution& contribution) {
  return Decimal::ratio(contribution.present, contribution.due);
}

std::optional<Decimal> equivalents(MassDecimal mass, std::optional<MassDecimal> equivalent_kg) {
  if (!equivalent_kg) return std::nullopt;
  return Decimal::ratio(mass.units(), equivalent_kg->units());
}

}  // namespace parkwatch
