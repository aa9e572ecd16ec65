#include "app/simulated_values.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "model/decimal.h"

namespace parkwatch {

namespace {

using std::chrono::minutes;

constexpr std::array air_factors = {
    SimulatedFactor{"a34013", "01", "mg/m3", 2, 1'200, 150, 200, true, false, 0, 50},
    SimulatedFactor{"a21026", "02", "mg/m3", 1, 420, 200, 1'000, true},
    SimulatedFactor{"a21002", "03", "mg/m3", 1, 610, 120, 1'000, true},
    SimulatedFactor{"a19001", "S01", "%", 2, 750, 60, 25},
    SimulatedFactor{"a00000", "B02", "m3/s", 1, 820, 40, 1'000, false, true},
};
constexpr std::array water_factors = {
    SimulatedFactor{"w00000", "B01", "L/s", 2, 3'500, 90, 1'000, false, true},
    SimulatedFactor{"w01018", "011", "mg/L", 1, 310, 180, 1'000, false, false, 120},
    SimulatedFactor{"w21003", "060", "mg/L", 3, 2'100, 250, 100, false, false, 120},
    SimulatedFactor{"w01001", "001", "1", 2, 730, 20, 14},
};
constexpr std::int64_t reference_oxygen_percent = 6;
constexpr std::int64_t oxygen_of_air_percent = 21;

std::int64_t minute_number(EventTime at) {
  return at.milliseconds() / 60'000;
}

std::string number_text(std::int64_t units, int places) {
  return fixed_text(units, places);
}

/// A triangle over the day, from -200 to 200 per mille.
std::int64_t wave(std::int64_t minute) {
  const std::int64_t position = minute % 1440;
  return (position < 720 ? position : 1440 - position) * 400 / 720 - 200;
}

}  // namespace

std::span<const SimulatedFactor> factors_of(Medium medium) {
  if (medium == Medium::Air) return air_factors;
  return water_factors;
}

void ReportText::add(std::string_view factor, std::string_view attribute, std::string value) {
  entries_.push_back({factor, attribute, std::move(value)});
}

std::vector<hj212::Item> ReportText::items() const {
  std::vector<hj212::Item> items;
  for (const Entry& entry : entries_) {
    items.push_back({entry.factor, entry.attribute, entry.value, true});
  }
  return items;
}

std::string_view SimulatedOutlet::code(const SimulatedFactor& factor) const {
  return device_.version == 2005 ? factor.code_2005 : factor.code;
}

std::int64_t SimulatedOutlet::value(const SimulatedFactor& factor, EventTime at,
                                    std::uint64_t variant) const {
  std::int64_t minute = minute_number(at);
  if (factor.cycle_minutes > 0) minute -= minute % factor.cycle_minutes;
  const auto key = static_cast<std::uint64_t>(&factor - factors_of(device_.medium).data());
  const auto when = static_cast<std::uint64_t>(minute);
  // About one minute in a thousand the zero of the instrument has drifted.
  if (factor.zero_band > 0 && mixed(device_.seed, 500 + key, when) % 1'000 == 0) {
    return -factor.zero_band / 2;
  }
  const std::int64_t own = between(mixed(device_.seed, 100 + key), 800, 1'200);
  const std::int64_t noise = between(mixed(device_.seed, 200 + key + variant * 1'000, when),
                                     -factor.noise_per_mille, factor.noise_per_mille);
  // About one hour in fifty a pollutant rises to two or three times its usual value.
  std::int64_t trouble = 1'000;
  if (factor.converted || factor.cycle_minutes > 0) {
    const std::uint64_t draw = mixed(device_.seed, 300 + key, when / 120);
    if (draw % 50 == 0) trouble = between(draw >> 8, 2'000, 3'000);
  }
  const std::int64_t swing = factor.range_max <= 25 ? wave(minute) / 10 : wave(minute);
  const std::int64_t raised = factor.base * own / 1'000 * (1'000 + swing + noise) / 1'000;
  return std::clamp<std::int64_t>(raised * trouble / 1'000, 0,
                                  factor.range_max * power_of_ten(factor.places));
}

std::int64_t SimulatedOutlet::converted(const SimulatedFactor& factor, std::int64_t measured,
                                        EventTime at, std::uint64_t variant) const {
  const SimulatedFactor& oxygen = air_factors[3];
  static_cast<void>(factor);
  const std::int64_t one = power_of_ten(oxygen.places);
  const std::int64_t below_air = oxygen_of_air_percent * one - value(oxygen, at, variant);
  const std::int64_t span = (oxygen_of_air_percent - reference_oxygen_percent) * one;
  return (2 * measured * span + below_air) / (2 * below_air);
}

ReportText SimulatedOutlet::realtime(EventTime at, std::uint64_t variant) const {
  ReportText text;
  for (const SimulatedFactor& factor : factors_of(device_.medium)) {
    const std::int64_t now = value(factor, at, variant);
    text.add(code(factor), "Rtd", number_text(now, factor.places));
    if (factor.converted) {
      text.add(code(factor), "ZsRtd",
               number_text(converted(factor, now, at, variant), factor.places));
    }
    text.add(code(factor), "Flag", "N");
  }
  return text;
}

ReportText SimulatedOutlet::minute(EventTime start, std::uint64_t variant) const {
  return interval(start, start + minutes(1), variant);
}

ReportText SimulatedOutlet::interval(EventTime start, EventTime end, std::uint64_t variant) const {
  ReportText text;
  for (const SimulatedFactor& factor : factors_of(device_.medium)) {
    std::int64_t count = 0, sum = 0, converted_sum = 0, least = 0, greatest = 0;
    for (EventTime at = start; at < end; at = at + minutes(1)) {
      const std::int64_t now = value(factor, at, variant);
      least = count == 0 ? now : std::min(least, now);
      greatest = count == 0 ? now : std::max(greatest, now);
      sum += now;
      if (factor.converted) converted_sum += converted(factor, now, at, variant);
      count += 1;
    }
    const auto mean = [&](std::int64_t total) { return (2 * total + count) / (2 * count); };
    if (factor.total) {
      // m3/s and L/s over minutes of 60 s, in m3.
      const int places = factor.places + (factor.unit == "L/s" ? 3 : 0);
      text.add(code(factor), "Cou", number_text(sum * 60, places));
    }
    text.add(code(factor), "Min", number_text(least, factor.places));
    text.add(code(factor), "Avg", number_text(mean(sum), factor.places));
    text.add(code(factor), "Max", number_text(greatest, factor.places));
    if (factor.converted) {
      text.add(code(factor), "ZsAvg", number_text(mean(converted_sum), factor.places));
    }
    text.add(code(factor), "Flag", "N");
  }
  return text;
}

ReportText SimulatedOutlet::status(EventTime at) const {
  ReportText text;
  const auto hour = static_cast<std::uint64_t>(minute_number(at) / 60);
  const bool stopped = mixed(device_.seed, 400, hour) % 200 == 0;
  text.add("SB1", "RS", stopped ? "0" : "1");
  return text;
}

}  // namespace parkwatch
