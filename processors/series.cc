#include "processors/series.h"

#include <algorithm>

namespace parkwatch {

namespace {

/// The same of all of them that are not 0; there is one.
std::int64_t common_resolution(std::span<const Decimal> values) {
  std::optional<std::int64_t> least;
  for (const Decimal value : values) {
    if (value.units() == 0) continue;
    const std::int64_t one = resolution_of(value.units());
    least = std::min(least.value_or(one), one);
  }
  return least.value();
}

/// A series in which leaps are looked for.
class LeapSeries {
 public:
  LeapSeries(std::span<const Decimal> values, Wide least_distance, std::int64_t usual)
      : values_(values), least_distance_(least_distance), usual_(usual) {}

  /// How many values from `from` on stand out together, at least one; 0: none do. At the series'
  /// ends the usual value stands for the missing neighbour.
  std::size_t width_at(std::size_t from, SpikeWidth most) const {
    for (std::size_t width = 1; from + width <= values_.size(); ++width) {
      const bool at_end = from == 0 || from + width == values_.size();
      if (static_cast<std::int64_t>(width) > (at_end ? most.at_end : most.anywhere)) return 0;
      if (stands_out(from, from + width)) return width;
    }
    return 0;
  }
  std::int64_t before(std::size_t index) const {
    return index == 0 ? usual_ : values_[index - 1].units();
  }

 private:
  bool stands_out(std::size_t from, std::size_t to) const {
    const Wide first = before(from);
    const Wide after = to == values_.size() ? usual_ : values_[to].units();
    Wide lowest = values_[from].units(), highest = lowest;
    for (std::size_t i = from + 1; i < to; ++i) {
      lowest = std::min<Wide>(lowest, values_[i].units());
      highest = std::max<Wide>(highest, values_[i].units());
    }
    return lowest - std::max(first, after) > least_distance_ ||
           std::min(first, after) - highest > least_distance_;
  }

  std::span<const Decimal> values_;
  Wide least_distance_;
  std::int64_t usual_;
};

}  // namespace

Wide magnitude(Wide value) {
  return value < 0 ? -value : value;
}

std::int64_t lower_median(std::vector<std::int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::int64_t resolution_of(std::int64_t units) {
  std::int64_t resolution = 1;
  for (; units % 10 == 0; units /= 10) resolution *= 10;
  return resolution;
}

std::optional<Spikes> find_spikes(std::span<const Decimal> values, const QualityParameters& rule,
                                  SpikeWidth most) {
  const std::size_t count = values.size();
  if (rule.spike_steps == 0 || count < 3) return std::nullopt;
  std::vector<std::int64_t> units, sizes, steps;
  units.reserve(count);
  sizes.reserve(count);
  steps.reserve(count);
  for (const Decimal value : values) {
    if (!units.empty()) {
      const std::optional<std::int64_t> step =
          narrow(magnitude(Wide{value.units()} - units.back()));
      if (!step) return std::nullopt;
      steps.push_back(*step);
    }
    units.push_back(value.units());
    sizes.push_back(static_cast<std::int64_t>(magnitude(value.units())));
  }
  // Most hours have no step that any spike could begin with.
  const auto [least, greatest] = std::minmax_element(units.begin(), units.end());
  const Wide span = Wide{*greatest} - *least;
  if (span * 100 <= Wide{*std::min_element(sizes.begin(), sizes.end())} * rule.spike_percent) {
    return std::nullopt;
  }
  const std::int64_t size = lower_median(sizes);
  if (size == 0) return std::nullopt;
  // d > step * times and d * 100 > size * percent, as one bound for whole d.
  const Wide step = std::max(lower_median(steps), common_resolution(values));
  const Wide bound = std::max(step * rule.spike_steps, Wide{size} * rule.spike_percent / 100);
  const LeapSeries series(values, bound, lower_median(units));
  Spikes spikes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t width = series.width_at(i, most);
    if (width == 0) continue;
    if (spikes.count == 0) {
      spikes.first = i;
      spikes.before = Decimal::from_units(series.before(i));
    }
    ++spikes.count;
    i += width;  // what comes after it has come back
  }
  return spikes.count > 0 ? std::optional(spikes) : std::nullopt;
}

std::string spikes_text(const Spikes& spikes, std::span<const Decimal> values, EventTime at) {
  return std::to_string(spikes.count) + ", first " + values[spikes.first].text() + " after " +
         spikes.before.text() + " at " + utc_text(at);
}

}  // namespace parkwatch
