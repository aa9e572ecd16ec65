#include "model/decimal.h"

#include "model/check.h"

namespace parkwatch {

Wide divide_half_even_wide(Wide numerator, Wide denominator) {
  check(denominator != 0);
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  return rounded_quotient(numerator, denominator);
}

namespace {

constexpr int digits_max = 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The exponent after 'e', bounded so that scaling stays within 18 digits.
std::optional<int> parse_exponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::int64_t mantissa = 0;
  int digits = 0;
  int scale = 0;
  bool point = false;
  bool any = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (point) return std::nullopt;
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (mantissa != 0 || c != '0') ++digits;
    if (digits > digits_max) return std::nullopt;
    mantissa = mantissa * 10 + (c - '0');
    if (point && ++scale > digits_max) return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    const std::optional<int> exponent = parse_exponent(text.substr(i + 1));
    if (!exponent) return std::nullopt;
    scale -= *exponent;
    while (scale < 0 && mantissa != 0) {
      if (++digits > digits_max) return std::nullopt;
      mantissa *= 10;
      ++scale;
    }
    if (scale < 0) scale = 0;
    if (scale > digits_max) return std::nullopt;
  }
  Number number;
  number.mantissa = negative ? -mantissa : mantissa;
  number.scale = static_cast<std::uint8_t>(scale);
  number.negative_zero = negative && mantissa == 0;
  return number;
}

namespace {

std::string digits_text(std::int64_t value, int places) {
  const bool negative = value < 0;
  std::uint64_t rest =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string digits;
  int count = 0;
  while (rest != 0 || count <= places) {
    if (count == places && places != 0) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + rest % 10));
    rest /= 10;
    ++count;
  }
  if (negative) digits.push_back('-');
  return {digits.rbegin(), digits.rend()};
}

}  // namespace

std::string Number::text() const {
  std::string digits = digits_text(mantissa, scale);
  return negative_zero ? "-" + digits : digits;
}

std::string fixed_text(std::int64_t units, int places) {
  std::string text = digits_text(units, places);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace parkwatch
