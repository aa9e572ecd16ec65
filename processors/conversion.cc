#include "processors/conversion.h"

namespace parkwatch {

namespace {

constexpr std::int64_t hundred_percent = 100 * Decimal::one;

bool is_wet(Basis basis) {
  return basis == Basis::StandardWet || basis == Basis::ActualWet;
}
bool is_actual(Basis basis) {
  return basis == Basis::ActualDry || basis == Basis::ActualWet;
}

Wide greatest_common_divisor(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

/// An exact fraction. Its terms are brought to lowest terms only when they would leave 127 bits
/// otherwise, for a common divisor costs more than all the rest; so a product leaves 127 bits only
/// where the result does too (short of terms of many digits without a common factor), and that is
/// detected.
class Fraction {
 public:
  void times(Wide up, Wide down) {
    if (down == 0) fits_ = false;
    if (!fits_) return;
    std::optional<Wide> numerator = checked_multiply(numerator_, up);
    std::optional<Wide> denominator = checked_multiply(denominator_, down);
    if (!numerator || !denominator) {
      reduce(numerator_, denominator_);
      reduce(up, down);
      reduce(up, denominator_);
      reduce(numerator_, down);
      numerator = checked_multiply(numerator_, up);
      denominator = checked_multiply(denominator_, down);
    }
    fits_ = numerator && denominator;
    if (!fits_) return;
    numerator_ = *numerator;
    denominator_ = *denominator;
  }
  /// value * fraction in units of 10^-6.
  std::optional<Decimal> of(Decimal value) const {
    if (!fits_) return std::nullopt;
    if (const std::optional<Wide> product = checked_multiply(numerator_, value.units())) {
      return Decimal::quotient(*product, denominator_);
    }
    Wide numerator = numerator_;
    Wide denominator = denominator_;
    Wide up = value.units();
    reduce(numerator, denominator);
    reduce(up, denominator);
    const std::optional<Wide> product = checked_multiply(numerator, up);
    return product ? Decimal::quotient(*product, denominator) : std::nullopt;
  }

 private:
  static void reduce(Wide& a, Wide& b) {
    const Wide common = greatest_common_divisor(a, b);
    if (common > 1) {
      a /= common;
      b /= common;
    }
  }

  Wide numerator_ = 1;
  Wide denominator_ = 1;
  bool fits_ = true;
};

/// The ratios of the state of the gas to the dry standard state, as (up, down) pairs for a
/// concentration.
struct Ratios {
  Wide dry_up = 1, dry_down = 1;                  // 100 / (100 - X)
  Wide pressure_up = 1, pressure_down = 1;        // standard pressure / pressure
  Wide temperature_up = 1, temperature_down = 1;  // (273 + t) / 273
};

std::optional<Ratios> ratios(Basis basis, const GasState& gas, const Parameters& parameters) {
  Ratios result;
  if (is_wet(basis)) {
    if (!gas.moisture_percent || gas.moisture_percent->units() >= hundred_percent) {
      return std::nullopt;
    }
    result.dry_up = hundred_percent;
    result.dry_down = hundred_percent - gas.moisture_percent->units();
  }
  if (is_actual(basis)) {
    const std::int64_t standard_k = parameters.standard_temperature_k.units();
    if (!gas.temperature_c || gas.temperature_c->units() <= -standard_k) return std::nullopt;
    if (!gas.pressure_kpa || gas.pressure_kpa->units() <= 0) return std::nullopt;
    result.pressure_up = parameters.standard_pressure_kpa.units();
    result.pressure_down = gas.pressure_kpa->units();
    result.temperature_up = standard_k + gas.temperature_c->units();
    result.temperature_down = standard_k;
  }
  return result;
}

}  // namespace

std::optional<Decimal> concentration_at_standard(Decimal value, Basis basis, const GasState& gas,
                                                 const Parameters& parameters) {
  if (passes_unchanged(basis)) return value;
  const std::optional<Ratios> r = ratios(basis, gas, parameters);
  if (!r) return std::nullopt;
  Fraction fraction;
  fraction.times(r->dry_up, r->dry_down);
  fraction.times(r->pressure_up, r->pressure_down);
  fraction.times(r->temperature_up, r->temperature_down);
  return fraction.of(value);
}

std::optional<Decimal> flow_at_standard(Decimal value, Basis basis, const GasState& gas,
                                        const Parameters& parameters) {
  if (passes_unchanged(basis)) return value;
  const std::optional<Ratios> r = ratios(basis, gas, parameters);
  if (!r) return std::nullopt;
  Fraction fraction;
  fraction.times(r->dry_down, r->dry_up);
  fraction.times(r->pressure_down, r->pressure_up);
  fraction.times(r->temperature_down, r->temperature_up);
  return fraction.of(value);
}

std::optional<Decimal> oxygen_dry(Decimal value, Basis basis, const GasState& gas) {
  if (!is_wet(basis)) return value;
  if (!gas.moisture_percent || gas.moisture_percent->units() >= hundred_percent) {
    return std::nullopt;
  }
  Fraction fraction;
  fraction.times(hundred_percent, hundred_percent - gas.moisture_percent->units());
  return fraction.of(value);
}

std::optional<Decimal> at_reference_oxygen(Decimal measured, Decimal oxygen, Decimal reference,
                                           const Parameters& parameters) {
  if (oxygen >= parameters.oxygen_cannot_convert_percent) return std::nullopt;
  const std::int64_t air = parameters.oxygen_air_percent.units();
  Fraction fraction;
  fraction.times(air - reference.units(), air - oxygen.units());
  return fraction.of(measured);
}

}  // namespace parkwatch
