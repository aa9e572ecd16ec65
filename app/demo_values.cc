#include "app/demo_values.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t one = 1'000;
/// Where in the year the demonstration begins: a stretch that goes over 80 mg/m3 now and then.
constexpr std::size_t turbine_first_hour = 432;

/// Two columns of numbers after comment lines and a header, in thousandths.
void read_columns(const std::string& path, std::vector<std::int64_t>& first,
                  std::vector<std::int64_t>& second) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  bool header = true;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (header) {
      header = false;
      continue;
    }
    const std::size_t comma = line.find(',');
    const auto value = [&](std::string_view text) {
      const std::optional<Decimal> number = Decimal::parse(text);
      if (!number) throw std::runtime_error(path + ": no number: " + line);
      return number->units() / (Decimal::one / one);
    };
    first.push_back(value(std::string_view(line).substr(0, comma)));
    second.push_back(value(std::string_view(line).substr(comma + 1)));
  }
}

/// Stable mixing of what a value depends on; looks random, is not.
std::uint64_t mix(std::string_view outlet, std::string_view factor, std::int64_t step) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001B3ULL; };
  for (const char c : outlet) add(static_cast<unsigned char>(c));
  for (const char c : factor) add(static_cast<unsigned char>(c));
  for (int i = 0; i < 8; ++i) add(static_cast<std::uint64_t>(step >> (8 * i)) & 0xFF);
  hash ^= hash >> 29;
  return hash * 0xBF58476D1CE4E5B9ULL >> 16;
}

/// -1000 to 1000.
std::int64_t noise(std::string_view outlet, std::string_view factor, std::int64_t step) {
  return static_cast<std::int64_t>(mix(outlet, factor, step) % 2'001) - 1'000;
}

/// The strictest upper limit of concentration in thousandths of the unit as sent; 0 without one.
std::int64_t strictest(const OutletPlan& outlet, const FactorPlan& factor) {
  const auto found = outlet.limits->find(factor.row.factor);
  std::int64_t least = 0;
  if (found == outlet.limits->end()) return least;
  for (const LimitPlan& limit : found->second) {
    if (!limit.upper || limit.of == LimitOf::MassRate) continue;
    const std::int64_t sent =
        limit.upper->units() * factor.row.denominator / factor.row.numerator / 1'000;
    least = least == 0 ? sent : std::min(least, sent);
  }
  return least;
}

bool is(const OutletPlan& outlet, const FactorPlan& factor, const char* id, const char* code) {
  return outlet.id == id && factor.row.factor == code;
}

}  // namespace

std::string thousandths_text(std::int64_t value) {
  return fixed_text(value, 3);
}

DemoValues::DemoValues(const std::string& folder, EventTime begin, DemoScrubber scrubber)
    : begin_(begin), scrubber_(scrubber) {
  read_columns(folder + "/gas-turbine-2014.csv", turbine_nox_, turbine_co_);
  read_columns(folder + "/waste-water.csv", waste_cod_, waste_flow_);
}

std::int64_t DemoValues::hours_since_begin(EventTime at) const {
  return (floor_to(at, hours(1)) - begin_).count() / 3'600'000;
}

std::int64_t DemoValues::invented(const OutletPlan& outlet, const FactorPlan& factor,
                                  EventTime at) const {
  const std::int64_t minute = at.milliseconds() / 60'000;
  const std::int64_t wobble = noise(outlet.id, factor.row.factor, minute);
  const std::int64_t slow = noise(outlet.id, factor.row.factor, hours_since_begin(at) / 3);
  const Outlet* row = outlet.row_at(at);
  switch (factor.role) {
    case FactorRole::Flow: {
      const std::int64_t base = factor.row.unit == "m3/h"                        ? 90'000 * one
                                : row != nullptr && row->medium == Medium::Water ? 25 * one
                                                                                 : 110 * one;
      const std::int64_t most = factor.row.range_max ? factor.row.range_max->units() / 2'000 : base;
      const std::int64_t usual = std::min(base, most);
      return usual + usual * (slow + wobble / 4) / 20'000;
    }
    case FactorRole::Oxygen: {
      const bool reference = row != nullptr && row->reference_oxygen_percent.has_value();
      const std::int64_t base =
          reference ? row->reference_oxygen_percent->units() / 1'000 : 9 * one;
      return base + slow / 4 + wobble / 10;
    }
    case FactorRole::Temperature:
      return 62 * one + slow * 4 + wobble;
    case FactorRole::Pressure:
      return factor.row.unit == "Pa" ? -120 * one + wobble * 5 : -120 + wobble / 100;
    case FactorRole::Atmosphere:
      return 101'300 + slow / 5;
    case FactorRole::Moisture:
      return 11 * one + slow * 2 + wobble / 3;
    case FactorRole::Ph:
      return 7'400 + slow / 4 + wobble / 10;
    case FactorRole::Other:
      return 20 * one + slow;
    case FactorRole::Pollutant:
      break;
  }
  std::int64_t limit = strictest(outlet, factor);
  if (limit == 0) limit = 40 * one;
  // The cement kiln's NOx goes over for two hours in every nineteen; all else keeps below.
  if (is(outlet, factor, "xz-cement-da001", "a21002") && hours_since_begin(at) % 19 >= 17) {
    return limit * 112 / 100 + limit * wobble / 40'000;
  }
  const std::int64_t value = limit * 62 / 100 + limit * slow / 6'000 + limit * wobble / 40'000;
  // Without its scrubber the cement works emits more, still within its limit: only meters tell.
  const bool untreated = is(outlet, factor, "xz-cement-da001", "a21026") && !scrubber_.runs(at);
  return untreated ? value * 115 / 100 : value;
}

std::int64_t DemoValues::minute(const OutletPlan& outlet, const FactorPlan& factor,
                                EventTime at) const {
  const auto hour = static_cast<std::size_t>(std::max<std::int64_t>(0, hours_since_begin(at)));
  if (is(outlet, factor, "lyg-power-da001", "a21002")) {
    // Measured at 15 % oxygen; the stack has 14.5 %: 6.5 / 6 of it.
    return turbine_nox_[(turbine_first_hour + hour) % turbine_nox_.size()] * 65 / 60;
  }
  if (is(outlet, factor, "lyg-power-da001", "a21005")) {
    return turbine_co_[(turbine_first_hour + hour) % turbine_co_.size()];
  }
  if (is(outlet, factor, "lyg-power-da001", "a19001")) return 14'500;
  if (is(outlet, factor, "lyg-dyeing-dw001", "w01018")) return waste_cod_[hour % waste_cod_.size()];
  if (is(outlet, factor, "lyg-dyeing-dw001", "w00000")) {
    return waste_flow_[hour % waste_flow_.size()] * 36 / 10;  // m3/h
  }
  return std::max<std::int64_t>(invented(outlet, factor, at),
                                factor.role == FactorRole::Pressure ? -1'000'000 : 0);
}

std::optional<std::int64_t> DemoValues::converted(const OutletPlan& outlet,
                                                  const FactorPlan& factor, EventTime at) const {
  if (!is(outlet, factor, "lyg-power-da001", "a21002")) return std::nullopt;
  const auto hour = static_cast<std::size_t>(std::max<std::int64_t>(0, hours_since_begin(at)));
  return turbine_nox_[(turbine_first_hour + hour) % turbine_nox_.size()];
}

std::int64_t DemoValues::hour(const OutletPlan& outlet, const FactorPlan& factor,
                              EventTime at) const {
  std::int64_t sum = 0;
  for (int i = 0; i < 60; ++i) sum += minute(outlet, factor, at + minutes(i));
  return sum / 60;
}

}  // namespace parkwatch
