#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace parkwatch {

__extension__ using Wide = __int128;

/// Whether the value fits into 64 bits.
constexpr bool is_narrow(Wide value) {
  return value == static_cast<std::int64_t>(value);
}

/// numerator / denominator, rounded half to even. The denominator is greater than zero. `Integer`
/// is wide enough for both; a division of 64 bits takes a fraction of the time of a wide one.
template <class Integer>
constexpr Integer rounded_quotient(Integer numerator, Integer denominator) {
  Integer quotient = numerator / denominator;
  Integer remainder = numerator % denominator;
  if (remainder < 0) remainder = -remainder;
  const Integer other = denominator - remainder;  // compares 2 * remainder without overflow
  const bool away = remainder > other || (remainder == other && quotient % 2 != 0);
  if (away) quotient += numerator < 0 ? -1 : 1;
  return quotient;
}

/// numerator / denominator of any width, rounded half to even. The denominator is not zero.
Wide divide_half_even_wide(Wide numerator, Wide denominator);

/// The same, the short way where both are short.
inline Wide divide_half_even(Wide numerator, Wide denominator) {
  if (denominator > 0 && is_narrow(numerator) && is_narrow(denominator)) {
    return rounded_quotient(static_cast<std::int64_t>(numerator),
                            static_cast<std::int64_t>(denominator));
  }
  return divide_half_even_wide(numerator, denominator);
}

/// a * b, or nothing when the product leaves 127 bits.
inline std::optional<Wide> checked_multiply(Wide a, Wide b) {
  if (is_narrow(a) && is_narrow(b)) return a * b;
  Wide product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

/// The value as 64 bits, or nothing when it does not fit.
constexpr std::optional<std::int64_t> narrow(Wide value) {
  if (!is_narrow(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// 10^0 to 10^18.
inline constexpr std::int64_t powers_of_ten[] = {1,
                                                 10,
                                                 100,
                                                 1'000,
                                                 10'000,
                                                 100'000,
                                                 1'000'000,
                                                 10'000'000,
                                                 100'000'000,
                                                 1'000'000'000,
                                                 10'000'000'000,
                                                 100'000'000'000,
                                                 1'000'000'000'000,
                                                 10'000'000'000'000,
                                                 100'000'000'000'000,
                                                 1'000'000'000'000'000,
                                                 10'000'000'000'000'000,
                                                 100'000'000'000'000'000,
                                                 1'000'000'000'000'000'000};

/// 10 to the given power, 0 to 18.
constexpr std::int64_t power_of_ten(int exponent) {
  return powers_of_ten[exponent];
}

/// A number exactly as a sender wrote it: mantissa / 10^scale. 4.20 and 4.2 differ.
/// At most 18 digits; the text form gives back the digits as sent.
struct Number {
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;
  bool negative_zero = false;  // "-0.0": kept, so that the text survives

  /// Reads an optional sign, digits, an optional fraction, an optional exponent (JSON allows it).
  /// Nothing for anything else, NaN and infinities included, or for more than 18 digits.
  static std::optional<Number> parse(std::string_view text);
  std::string text() const;
  friend bool operator==(const Number&, const Number&) = default;
};

/// An exact fixed-point number with `Places` decimals in 64 bits; overflow is detected, never
/// wraps.
template <int Places>
class Fixed {
 public:
  static constexpr int places = Places;
  static constexpr std::int64_t one = power_of_ten(Places);

  constexpr Fixed() = default;
  /// From a count of 10^-Places units.
  static constexpr Fixed from_units(std::int64_t units) {
    Fixed fixed;
    fixed.units_ = units;
    return fixed;
  }
  static constexpr Fixed whole(std::int64_t value) { return from_units(value * one); }
  /// The fraction, rounded once, half to even; nothing when it does not fit or the denominator is
  /// 0.
  static std::optional<Fixed> ratio(Wide numerator, Wide denominator) {
    if (denominator == 0) return std::nullopt;
    const std::optional<Wide> scaled = checked_multiply(numerator, one);
    if (!scaled) return std::nullopt;
    const std::optional<std::int64_t> units = narrow(divide_half_even(*scaled, denominator));
    if (!units) return std::nullopt;
    return from_units(*units);
  }
  /// `units` / denominator, where `units` counts 10^-Places, rounded once, half to even.
  static std::optional<Fixed> quotient(Wide units, Wide denominator) {
    if (denominator == 0) return std::nullopt;
    const std::optional<std::int64_t> rounded = narrow(divide_half_even(units, denominator));
    if (!rounded) return std::nullopt;
    return from_units(*rounded);
  }
  /// The number times numerator / denominator, rounded once, half to even.
  static std::optional<Fixed> from_number(const Number& number, std::int64_t numerator = 1,
                                          std::int64_t denominator = 1) {
    if (numerator == denominator && denominator != 0 && number.scale <= Places) {
      std::int64_t units = 0;
      if (__builtin_mul_overflow(number.mantissa, power_of_ten(Places - number.scale), &units)) {
        return std::nullopt;
      }
      return from_units(units);
    }
    const std::optional<Wide> scaled = checked_multiply(number.mantissa, numerator);
    const std::optional<Wide> divisor = checked_multiply(power_of_ten(number.scale), denominator);
    if (!scaled || !divisor) return std::nullopt;
    return ratio(*scaled, *divisor);
  }
  /// Decimal text as in `Number::parse`; more than `Places` decimals are rounded half to even.
  static std::optional<Fixed> parse(std::string_view text) {
    const std::optional<Number> number = Number::parse(text);
    if (!number) return std::nullopt;
    return from_number(*number);
  }

  constexpr std::int64_t units() const { return units_; }
  /// Without trailing zeros: "12.5", "0", "-0.000001".
  std::string text() const;

  friend constexpr auto operator<=>(Fixed, Fixed) = default;

  /// The sum, or nothing on overflow.
  friend std::optional<Fixed> add(Fixed a, Fixed b) {
    const std::optional<std::int64_t> sum = narrow(Wide{a.units_} + Wide{b.units_});
    if (!sum) return std::nullopt;
    return from_units(*sum);
  }

 private:
  std::int64_t units_ = 0;
};

/// The digits of units / 10^places, without trailing zeros.
std::string fixed_text(std::int64_t units, int places);

template <int Places>
std::string Fixed<Places>::text() const {
  return fixed_text(units_, Places);
}

/// What every stored value uses: 10^-6 of its unit.
using Decimal = Fixed<6>;
/// Masses: 10^-9 kg.
using MassDecimal = Fixed<9>;

}  // namespace parkwatch
