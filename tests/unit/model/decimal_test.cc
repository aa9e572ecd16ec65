#include "model/decimal.h"

#include <gtest/gtest.h>

#include <iterator>

#include "tests/simulation/random.h"

namespace parkwatch {
namespace {

TEST(Number, KeepsTheDigitsAsSent) {
  struct Case {
    const char* text;
    const char* kept;  // nullptr: refused
  };
  const Case cases[] = {
      {"4.2", "4.2"},     {"4.20", "4.20"},    {"-0.5", "-0.5"},
      {"0", "0"},         {"-0.0", "-0.0"},    {"007", "7"},
      {"+3", "3"},        {".5", "0.5"},       {"5.", "5"},
      {"1e3", "1000"},    {"12.5e-1", "1.25"}, {"999999999999999999", "999999999999999999"},
      {"", nullptr},      {"-", nullptr},      {".", nullptr},
      {"1.2.3", nullptr}, {"NaN", nullptr},    {"inf", nullptr},
      {"1,5", nullptr},   {"1 ", nullptr},     {"0x10", nullptr},
      {"1e", nullptr},    {"1e999", nullptr},  {"1234567890123456789", nullptr},
      {"1e18", nullptr},  {"--1", nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const std::optional<Number> number = Number::parse(c.text);
    ASSERT_EQ(number.has_value(), c.kept != nullptr);
    if (number) {
      EXPECT_EQ(number->text(), c.kept);
    }
  }
}

TEST(Decimal, RoundsHalfToEvenOnce) {
  struct Case {
    const char* text;
    const char* rounded;
  };
  const Case cases[] = {
      {"0.0000005", "0"},
      {"0.0000015", "0.000002"},
      {"0.0000025", "0.000002"},
      {"-0.0000005", "0"},
      {"-0.0000015", "-0.000002"},
      {"0.00000051", "0.000001"},
      {"12.3456789", "12.345679"},
      {"50", "50"},
      {"-1.5", "-1.5"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Decimal::parse(c.text)->text(), c.rounded);
  }
}

TEST(Decimal, DetectsOverflow) {
  EXPECT_FALSE(Decimal::parse("9999999999999999"));  // 10^16 does not fit in 10^-6 units
  EXPECT_TRUE(Decimal::parse("9223372036854.7758"));
  EXPECT_FALSE(Decimal::parse("9223372036854.7759"));
  EXPECT_FALSE(add(Decimal::from_units(INT64_MAX), Decimal::from_units(1)));
  EXPECT_FALSE(Decimal::ratio(1, 0));
  EXPECT_FALSE(Decimal::ratio(Wide{1} << 120, 1));
}

TEST(Decimal, DividesExactThirds) {
  EXPECT_EQ(Decimal::ratio(1, 3)->text(), "0.333333");
  EXPECT_EQ(Decimal::ratio(2, 3)->text(), "0.666667");
  EXPECT_EQ(Decimal::ratio(-2, 3)->text(), "-0.666667");
  EXPECT_EQ(Decimal::ratio(2, -3)->text(), "-0.666667");
}

TEST(Decimal, NothingIsDividedByZero) {
  const Number number = *Number::parse("4.2");
  EXPECT_EQ(Decimal::ratio(1, 0), std::nullopt);
  EXPECT_EQ(Decimal::ratio(0, 0), std::nullopt);
  EXPECT_EQ(Decimal::quotient(1, 0), std::nullopt);
  EXPECT_EQ(Decimal::from_number(number, 1, 0), std::nullopt);
  EXPECT_EQ(Decimal::from_number(number, 0, 0), std::nullopt);
  EXPECT_EQ(Decimal::from_number(number, 7, 7), Decimal::parse("4.2"));
}

TEST(Decimal, TheShortWaysGiveWhatTheWideOnesGive) {
  simulation::Random random(20260315);
  const std::int64_t edges[] = {1, 2, 3, 5, 10, 999'999, std::numeric_limits<std::int64_t>::max()};
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = static_cast<int>(random.below(62)) + 1;
    auto numerator = static_cast<std::int64_t>(random.next() >> (64 - bits));
    if (random.one_in(2)) numerator = -numerator;
    const std::int64_t denominator =
        random.one_in(4) ? edges[random.below(std::size(edges))]
                         : static_cast<std::int64_t>(random.next() >> (64 - bits)) + 1;
    EXPECT_EQ(divide_half_even(numerator, denominator),
              divide_half_even_wide(numerator, denominator))
        << numerator << " / " << denominator;
    Number number;
    number.mantissa = numerator % 1'000'000'000'000;
    number.scale = static_cast<std::uint8_t>(random.below(10));
    EXPECT_EQ(Decimal::from_number(number),
              Decimal::ratio(number.mantissa, power_of_ten(number.scale)))
        << number.text();
  }
}

}  // namespace
}  // namespace parkwatch
