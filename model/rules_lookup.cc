#include "model/rules_lookup.h"

#include <algorithm>

namespace parkwatch {

namespace {

Wide greatest_common_divisor(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// A mole's mass over its volume: 1 ppm in mg/m3.
std::optional<UnitConversion> from_ppm(const Rules& rules, const Factor& factor) {
  const Parameter* volume = find_parameter(rules, "molar_volume", "", EventTime{});
  if (volume == nullptr || !factor.molar_mass) return std::nullopt;
  const std::optional<Decimal> litres = Decimal::parse(volume->value);
  if (!litres || litres->units() <= 0) return std::nullopt;
  return UnitConversion{"ppm", "mg/m3", factor.molar_mass->units(), litres->units()};
}

}  // namespace

const Factor* find_factor(const Rules& rules, std::string_view code) {
  const auto at = std::find_if(rules.factors.begin(), rules.factors.end(),
                               [&](const Factor& factor) { return factor.code == code; });
  return at == rules.factors.end() ? nullptr : &*at;
}

const Limit* find_limit(const Rules& rules, std::string_view id, EventTime at) {
  const auto found =
      std::find_if(rules.limits.begin(), rules.limits.end(),
                   [&](const Limit& limit) { return limit.id == id && limit.validity.covers(at); });
  return found == rules.limits.end() ? nullptr : &*found;
}

const Parameter* find_parameter(const Rules& rules, std::string_view name, std::string_view pack,
                                EventTime at) {
  const Parameter* general = nullptr;
  for (const Parameter& parameter : rules.parameters) {
    if (parameter.name != name || !parameter.validity.covers(at)) continue;
    if (parameter.pack.empty()) general = &parameter;
    if (!pack.empty() && parameter.pack == pack) return &parameter;
  }
  return general;
}

std::optional<UnitConversion> chain(const UnitConversion& first, const UnitConversion& second) {
  const Wide numerator = Wide{first.numerator} * second.numerator;
  const Wide denominator = Wide{first.denominator} * second.denominator;
  if (numerator <= 0 || denominator <= 0) return std::nullopt;
  const Wide divisor = greatest_common_divisor(numerator, denominator);
  const std::optional<std::int64_t> above = narrow(numerator / divisor);
  const std::optional<std::int64_t> below = narrow(denominator / divisor);
  if (!above || !below) return std::nullopt;
  return UnitConversion{first.from, second.to, *above, *below};
}

std::optional<UnitConversion> find_conversion(const Rules& rules, const Factor& factor,
                                              std::string_view unit) {
  if (unit.empty() || unit == factor.unit) return UnitConversion{factor.unit, factor.unit, 1, 1};
  if (unit == "ppm" || unit == "ppb") {
    const std::optional<UnitConversion> ppm = from_ppm(rules, factor);
    const std::optional<UnitConversion> stored =
        ppm ? find_conversion(rules, factor, "mg/m3") : std::nullopt;
    if (!stored) return std::nullopt;
    const UnitConversion scale{std::string(unit), "ppm", 1, unit == "ppb" ? 1000 : 1};
    const std::optional<UnitConversion> scaled = chain(scale, *ppm);
    return scaled ? chain(*scaled, *stored) : std::nullopt;
  }
  const auto at =
      std::find_if(rules.units.begin(), rules.units.end(),
                   [&](const UnitConversion& u) { return u.from == unit && u.to == factor.unit; });
  return at == rules.units.end() ? std::nullopt : std::optional(*at);
}

std::optional<Decimal> convert_exactly(const Number& value, const UnitConversion& conversion) {
  const std::optional<Decimal> converted =
      Decimal::from_number(value, conversion.numerator, conversion.denominator);
  if (!converted) return std::nullopt;
  // converted / 10^6 == mantissa / 10^scale * numerator / denominator
  const std::optional<Wide> scaled = checked_multiply(value.mantissa, conversion.numerator);
  const std::optional<Wide> left = scaled ? checked_multiply(*scaled, Decimal::one) : std::nullopt;
  const std::optional<Wide> whole = checked_multiply(converted->units(), conversion.denominator);
  const std::optional<Wide> right =
      whole ? checked_multiply(*whole, power_of_ten(value.scale)) : std::nullopt;
  return left && right && *left == *right ? converted : std::nullopt;
}

}  // namespace parkwatch
