#include "processors/mass.h"

namespace parkwatch {

namespace {

constexpr std::int64_t seconds_per_hour = 3'600;
constexpr std::int64_t litres_per_cubic_metre = 1'000;

/// measured * volume, one fraction: the units of both are 10^-6.
std::optional<MassDecimal> product(const MassInput& input) {
  const bool from_total = input.volume_m3.has_value();
  const Decimal quantity = from_total ? *input.volume_m3 : *input.flow_mean;
  std::int64_t factor = from_total ? 1 : seconds_per_hour;
  if (from_total && input.medium == Medium::Water) factor = litres_per_cubic_metre;
  std::optional<Wide> numerator =
      checked_multiply(Wide{input.measured->units()} * quantity.units(), factor);
  if (!numerator) return std::nullopt;
  // 10^-6 * 10^-6 of the factors against 10^-9 of the mass leave 10^-3.
  constexpr std::int64_t scale = Decimal::one / (MassDecimal::one / Decimal::one);
  return MassDecimal::quotient(*numerator, Wide{input.units_per_kilogram} * scale);
}

bool agree(MassDecimal own, MassDecimal computed, std::int64_t percent) {
  const auto magnitude = [](Wide value) { return value < 0 ? -value : value; };
  const Wide difference = Wide{own.units()} - Wide{computed.units()};
  return magnitude(difference) * 100 <= magnitude(computed.units()) * percent;
}

}  // namespace

MassResult hour_mass(const MassInput& input) {
  MassResult result;
  if (!input.measured) return result;
  if (!input.flow_registered) {
    result.state = "no_flow";
  } else if (!input.basis_known) {
    result.state = "basis_unknown";
  } else if (!input.flow_mean || input.units_per_kilogram == 0) {
    result.state = "flow_missing";
  }
  if (!result.state.empty()) return result;
  result.mass = product(input);
  if (!result.mass) {
    result.state = "overflow";
    return result;
  }
  if (!input.own_mass) return result;
  if (agree(*input.own_mass, *result.mass, input.difference_percent)) {
    result.mass = input.own_mass;
  } else {
    result.mismatch = true;
  }
  return result;
}

std::optional<Decimal> volume_of_mean(Decimal flow_mean, Medium medium) {
  const std::int64_t divisor = medium == Medium::Water ? litres_per_cubic_metre : 1;
  return Decimal::ratio(Wide{flow_mean.units()} * seconds_per_hour, Wide{divisor} * Decimal::one);
}

}  // namespace parkwatch
