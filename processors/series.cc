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
                                  std::int64_t width_most) {
  const std::size_t count = values.size();
  if (rule.spike_steps == 0 || count < 3) return std::nullopt;
  std::vector<std::int64_t> sizes, steps;
  sizes.reserve(count);
  steps.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    sizes.push_back(static_cast<std::int64_t>(magnitude(values[i].units())));
    if (i == 0) continue;
    const Wide step = magnitude(Wide{values[i].units()} - values[i - 1].units());
    const std::optional<std::int64_t> fits = narrow(step);
    if (!fits) return std::nullopt;
    steps.push_back(*fits);
  }
  // Most hours have no step that any spike could begin with.
  const Wide greatest = *std::max_element(steps.begin(), steps.end());
  const std::int64_t least = *std::min_element(sizes.begin(), sizes.end());
  if (greatest * 100 <= Wide{least} * rule.spike_percent) return std::nullopt;
  const std::int64_t size = lower_median(sizes);
  if (size == 0) return std::nullopt;
  const std::int64_t step = std::max(lower_median(steps), common_resolution(values));
  const auto leaps = [&](Wide distance) {
    return distance > Wide{step} * rule.spike_steps &&
           distance * 100 > Wide{size} * rule.spike_percent;
  };
  const auto stands_out = [&](std::size_t from, std::size_t to) {
    const Wide before = values[from - 1].units(), after = values[to].units();
    Wide lowest = values[from].units(), highest = lowest;
    for (std::size_t i = from + 1; i < to; ++i) {
      lowest = std::min<Wide>(lowest, values[i].units());
      highest = std::max<Wide>(highest, values[i].units());
    }
    return leaps(lowest - std::max(before, after)) || leaps(std::min(before, after) - highest);
  };
  Spikes spikes;
  const auto most = static_cast<std::size_t>(width_most);
  for (std::size_t i = 1; i + 1 < count; ++i) {
    std::size_t width = 1;
    while (width <= most && i + width < count && !stands_out(i, i + width)) ++width;
    if (width > most || i + width >= count) continue;
    if (spikes.count == 0) spikes.first = i;
    ++spikes.count;
    i += width;  // what comes after it has come back
  }
  return spikes.count > 0 ? std::optional(spikes) : std::nullopt;
}

std::string spikes_text(const Spikes& spikes, std::span<const Decimal> values, EventTime at) {
  return std::to_string(spikes.count) + ", first " + values[spikes.first].text() + " after " +
         values[spikes.first - 1].text() + " at " + utc_text(at);
}

}  // namespace parkwatch
