#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// The oracle's own arithmetic: slow, plain, and none of it the product's.
namespace parkwatch::oracle {

/// Milliseconds since 1970-01-01T00:00:00Z.
using Time = std::int64_t;
inline constexpr Time minute_ms = 60'000;
inline constexpr Time hour_ms = 60 * minute_ms;
inline constexpr Time day_ms = 24 * hour_ms;

Time floor_to(Time at, Time span);
/// ISO 8601 in UTC.
std::string time_text(Time at);
/// The same in a zone so many hours ahead of UTC, as "2026-03-15T09:30:00+08:00".
std::string zoned_time_text(Time at, int hours_ahead);
/// YYYYMMDDhhmmss in China Standard Time.
std::string china_text(Time at);
Time time_of(std::string_view iso);

/// A whole number of up to 512 bits; more is a bug of the oracle and aborts.
class Big {
 public:
  Big(std::int64_t value = 0);  // NOLINT: numbers mix with literals
  bool negative() const { return negative_; }
  bool zero() const;

  friend Big operator*(const Big& a, const Big& b);
  friend Big operator+(const Big& a, const Big& b);
  friend Big operator-(const Big& a, const Big& b);
  friend std::strong_ordering operator<=>(const Big& a, const Big& b);
  friend bool operator==(const Big& a, const Big& b) { return (a <=> b) == 0; }
  /// a / b, rounded half to even; nothing where that leaves 64 bits.
  friend std::optional<std::int64_t> divide(const Big& a, const Big& b);

 private:
  using Limbs = std::array<std::uint64_t, 8>;  // the lowest first
  static std::strong_ordering compare(const Limbs& a, const Limbs& b);
  static Limbs add(const Limbs& a, const Limbs& b);
  static Limbs subtract(const Limbs& a, const Limbs& b);
  static int bits(const Limbs& limbs);
  static Limbs doubled(const Limbs& limbs);
  bool negative_ = false;
  Limbs limbs_{};
};

/// A fraction, never reduced and never rounded. The denominator is positive.
struct Fraction {
  Big numerator;
  Big denominator{1};

  Fraction(std::int64_t whole = 0) : numerator(whole) {}  // NOLINT: numbers mix with literals
  Fraction(Big over, Big under);
  friend Fraction operator*(const Fraction& a, const Fraction& b);
  friend Fraction operator/(const Fraction& a, const Fraction& b);
  friend Fraction operator+(const Fraction& a, const Fraction& b);
  friend Fraction operator-(const Fraction& a, const Fraction& b);
  friend std::strong_ordering operator<=>(const Fraction& a, const Fraction& b);
  friend bool operator==(const Fraction& a, const Fraction& b) { return (a <=> b) == 0; }
};

/// A stored value: the count of 10^-6 of its unit (of a mass: 10^-9 kg), or nothing.
using Units = std::optional<std::int64_t>;

inline constexpr int value_places = 6;
inline constexpr int mass_places = 9;
Fraction ten_to(int exponent);
Units to_units(const Fraction& value, int places = value_places);
Fraction from_units(std::int64_t units, int places = value_places);
/// Decimal text without trailing zeros.
std::string units_text(std::int64_t units, int places = value_places);
/// a is within `percent` of b.
bool within_percent(std::int64_t a, std::int64_t b, const Fraction& percent);
/// The number a sender wrote; nothing when it is unreadable (docs/arithmetic.md 2.4).
std::optional<Fraction> parse_number(std::string_view text);
/// A number of the registry or the rules; aborts when it is none.
Fraction number_of_cell(std::string_view text);

/// Local days of an IANA zone.
class LocalDays {
 public:
  explicit LocalDays(const std::string& zone);
  ~LocalDays();
  Time start(Time at) const;
  Time end(Time at) const;
  /// The start of the calendar quarter.
  Time quarter(Time at) const;

 private:
  struct Day {
    Time start, end;
  };
  Day find(Time at) const;
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
  mutable std::map<Time, Day> found_;  // by hour
};

std::string sha256_text(std::string_view bytes);

}  // namespace parkwatch::oracle
