#include "tests/simulation/exact.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>

namespace parkwatch::oracle {

namespace {

__extension__ using Double = unsigned __int128;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "oracle: %s\n", what);
  std::abort();
}

absl::CivilSecond civil(Time at, int hours_ahead) {
  return absl::ToCivilSecond(absl::FromUnixMillis(at + hours_ahead * hour_ms), absl::UTCTimeZone());
}

std::string date_and_time(Time at, int hours_ahead) {
  const absl::CivilSecond c = civil(at, hours_ahead);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(c.year()),
                c.month(), c.day(), c.hour(), c.minute(), c.second());
  std::string result = text;
  const Time rest = at - floor_to(at, 1000);
  if (rest == 0) return result;
  std::snprintf(text, sizeof text, ".%03d", static_cast<int>(rest));
  return result + text;
}

}  // namespace

Time floor_to(Time at, Time span) {
  Time rest = at % span;
  if (rest < 0) rest += span;
  return at - rest;
}

std::string time_text(Time at) {
  return date_and_time(at, 0) + "Z";
}

std::string zoned_time_text(Time at, int hours_ahead) {
  char zone[16];
  std::snprintf(zone, sizeof zone, "+%02d:00", hours_ahead);
  return date_and_time(at, hours_ahead) + zone;
}

std::string china_text(Time at) {
  const absl::CivilSecond c = civil(at, 8);
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d", static_cast<int>(c.year()),
                c.month(), c.day(), c.hour(), c.minute(), c.second());
  return text;
}

Time time_of(std::string_view iso) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(iso), &time, &error)) give_up("no time");
  return absl::ToUnixMillis(time);
}

// Big

Big::Big(std::int64_t value) : negative_(value < 0) {
  const auto bits = static_cast<std::uint64_t>(value);
  limbs_[0] = value < 0 ? 0 - bits : bits;
}

bool Big::zero() const {
  return limbs_ == Limbs{};
}

std::strong_ordering Big::compare(const Limbs& a, const Limbs& b) {
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return std::strong_ordering::equal;
}

Big::Limbs Big::add(const Limbs& a, const Limbs& b) {
  Limbs sum{};
  Double carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    carry += Double{a[i]} + b[i];
    sum[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  if (carry != 0) give_up("a sum of more than 512 bits");
  return sum;
}

Big::Limbs Big::subtract(const Limbs& a, const Limbs& b) {
  Limbs rest{};
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const Double from = (Double{1} << 64) + a[i] - b[i] - borrow;
    rest[i] = static_cast<std::uint64_t>(from);
    borrow = (from >> 64) == 0 ? 1 : 0;
  }
  return rest;
}

int Big::bits(const Limbs& limbs) {
  for (std::size_t i = limbs.size(); i-- > 0;) {
    if (limbs[i] != 0) return static_cast<int>(i) * 64 + 64 - __builtin_clzll(limbs[i]);
  }
  return 0;
}

Big::Limbs Big::doubled(const Limbs& limbs) {
  return add(limbs, limbs);
}

Big operator*(const Big& a, const Big& b) {
  Big product;
  product.negative_ = a.negative_ != b.negative_;
  for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
    if (a.limbs_[i] == 0) continue;
    Double carry = 0;
    for (std::size_t j = 0; j < b.limbs_.size(); ++j) {
      if (i + j >= product.limbs_.size()) {
        if (b.limbs_[j] != 0 || carry != 0) give_up("a product of more than 512 bits");
        continue;
      }
      carry += Double{a.limbs_[i]} * b.limbs_[j] + product.limbs_[i + j];
      product.limbs_[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) give_up("a product of more than 512 bits");
  }
  if (product.zero()) product.negative_ = false;
  return product;
}

Big operator+(const Big& a, const Big& b) {
  Big sum;
  if (a.negative_ == b.negative_) {
    sum.limbs_ = Big::add(a.limbs_, b.limbs_);
    sum.negative_ = a.negative_;
  } else if (Big::compare(a.limbs_, b.limbs_) >= 0) {
    sum.limbs_ = Big::subtract(a.limbs_, b.limbs_);
    sum.negative_ = a.negative_;
  } else {
    sum.limbs_ = Big::subtract(b.limbs_, a.limbs_);
    sum.negative_ = b.negative_;
  }
  if (sum.zero()) sum.negative_ = false;
  return sum;
}

Big operator-(const Big& a, const Big& b) {
  Big opposite = b;
  opposite.negative_ = !b.zero() && !b.negative_;
  return a + opposite;
}

std::strong_ordering operator<=>(const Big& a, const Big& b) {
  if (a.negative_ != b.negative_) {
    return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a.negative_ ? Big::compare(b.limbs_, a.limbs_) : Big::compare(a.limbs_, b.limbs_);
}

std::optional<std::int64_t> divide(const Big& a, const Big& b) {
  if (b.zero()) give_up("a division by zero");
  Big::Limbs rest = a.limbs_;
  const int shift = Big::bits(rest) - Big::bits(b.limbs_);
  if (shift > 64) return std::nullopt;
  std::array<Big::Limbs, 66> multiples{b.limbs_};  // by powers of two
  for (int i = 1; i <= shift; ++i) {
    multiples[static_cast<std::size_t>(i)] =
        Big::doubled(multiples[static_cast<std::size_t>(i - 1)]);
  }
  Double quotient = 0;
  for (int i = shift; i >= 0; --i) {
    quotient <<= 1;
    const Big::Limbs& multiple = multiples[static_cast<std::size_t>(i)];
    if (Big::compare(rest, multiple) < 0) continue;
    rest = Big::subtract(rest, multiple);
    quotient |= 1;
  }
  const std::strong_ordering half = Big::compare(Big::doubled(rest), b.limbs_);
  if (half > 0 || (half == 0 && (quotient & 1) != 0)) ++quotient;
  const bool negative = a.negative_ != b.negative_;
  const Double most = (Double{1} << 63) - (negative ? 0 : 1);
  if (quotient > most) return std::nullopt;
  const auto magnitude = static_cast<std::uint64_t>(quotient);
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

// Fraction

Fraction::Fraction(Big over, Big under) : numerator(over), denominator(under) {
  if (under.zero()) give_up("a fraction over zero");
  if (under.negative()) {
    numerator = numerator * -1;
    denominator = denominator * -1;
  }
}

Fraction operator*(const Fraction& a, const Fraction& b) {
  return {a.numerator * b.numerator, a.denominator * b.denominator};
}
Fraction operator/(const Fraction& a, const Fraction& b) {
  return {a.numerator * b.denominator, a.denominator * b.numerator};
}
Fraction operator+(const Fraction& a, const Fraction& b) {
  return {a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator};
}
Fraction operator-(const Fraction& a, const Fraction& b) {
  return {a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator};
}
std::strong_ordering operator<=>(const Fraction& a, const Fraction& b) {
  return a.numerator * b.denominator <=> b.numerator * a.denominator;
}

Fraction ten_to(int exponent) {
  Big power = 1;
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) power = power * 10;
  return exponent < 0 ? Fraction(1, power) : Fraction(power, 1);
}

Units to_units(const Fraction& value, int places) {
  return divide(value.numerator * (places == value_places ? 1'000'000 : 1'000'000'000),
                value.denominator);
}

Fraction from_units(std::int64_t units, int places) {
  return {units, places == value_places ? 1'000'000 : 1'000'000'000};
}

std::string units_text(std::int64_t units, int places) {
  const bool negative = units < 0;
  std::string digits = std::to_string(negative ? 0 - static_cast<std::uint64_t>(units)
                                               : static_cast<std::uint64_t>(units));
  const auto after = static_cast<std::size_t>(places);
  if (digits.size() <= after) digits.insert(0, after + 1 - digits.size(), '0');
  std::string whole = digits.substr(0, digits.size() - after);
  std::string rest = digits.substr(digits.size() - after);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return (negative ? "-" : "") + whole + (rest.empty() ? "" : "." + rest);
}

bool within_percent(std::int64_t a, std::int64_t b, const Fraction& percent) {
  Big difference = Big(a) - Big(b);
  if (difference.negative()) difference = difference * -1;
  const Big size = b < 0 ? Big(b) * -1 : Big(b);
  return Fraction(difference * 100, 1) <= percent * Fraction(size, 1);
}

std::optional<Fraction> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  int after = 0;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.' && !point) {
      point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      digits += text[at];
      if (point) ++after;
    } else {
      return std::nullopt;
    }
  }
  int exponent = 0;
  if (at < text.size()) exponent = std::atoi(std::string(text.substr(at + 1)).c_str());
  if (digits.empty() || after > 18) return std::nullopt;
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.size() > 18) return std::nullopt;
  const std::int64_t whole = digits.empty() ? 0 : std::stoll(digits);
  const Fraction value = Fraction(whole) * ten_to(exponent - after);
  if (value >= ten_to(12)) return std::nullopt;
  return negative ? Fraction(0) - value : value;
}

Fraction number_of_cell(std::string_view text) {
  const std::optional<Fraction> number = parse_number(text);
  if (!number) give_up("no number in the registry or rules");
  return *number;
}

// Local days

struct LocalDays::Loaded {
  absl::TimeZone zone;
};

LocalDays::LocalDays(const std::string& zone) : loaded_(std::make_unique<Loaded>()) {
  if (!absl::LoadTimeZone(zone, &loaded_->zone)) give_up("no such zone");
}
LocalDays::~LocalDays() = default;

LocalDays::Day LocalDays::find(Time at) const {
  const Time hour = floor_to(at, hour_ms);
  const auto known = found_.find(hour);
  if (known != found_.end() && known->second.start <= at && at < known->second.end) {
    return known->second;
  }
  const absl::CivilDay date(absl::ToCivilSecond(absl::FromUnixMillis(at), loaded_->zone));
  const Day day{absl::ToUnixMillis(absl::FromCivil(date, loaded_->zone)),
                absl::ToUnixMillis(absl::FromCivil(date + 1, loaded_->zone))};
  found_[hour] = day;
  return day;
}

Time LocalDays::start(Time at) const {
  return find(at).start;
}
Time LocalDays::end(Time at) const {
  return find(at).end;
}

Time LocalDays::quarter(Time at) const {
  const absl::CivilDay date(absl::ToCivilSecond(absl::FromUnixMillis(at), loaded_->zone));
  const absl::CivilDay first(date.year(), (date.month() - 1) / 3 * 3 + 1, 1);
  return absl::ToUnixMillis(absl::FromCivil(first, loaded_->zone));
}

std::string sha256_text(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    give_up("SHA-256");
  }
  std::string text;
  for (const unsigned char byte : digest) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    text += hex;
  }
  return text;
}

}  // namespace parkwatch::oracle
