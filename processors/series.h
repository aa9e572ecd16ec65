#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processors/plan.h"

namespace parkwatch {

Wide magnitude(Wide value);

/// The value in the middle; of an even number the lower of the two. Reorders `values`, of which
/// there is at least one.
std::int64_t lower_median(std::vector<std::int64_t>& values);

/// The greatest power of ten that the units are a whole number of; they are not 0.
std::int64_t resolution_of(std::int64_t units);

/// The values of a series that leap away from both neighbours and come back.
struct Spikes {
  std::int64_t count = 0;
  std::size_t first = 0;  // index of the first one's first value
  Decimal before;         // the value before it; at the series' beginning its usual one
  friend bool operator==(const Spikes&, const Spikes&) = default;
};

/// How many values a spike may last: anywhere, and at the series' beginning or end.
struct SpikeWidth {
  std::int64_t anywhere = 1;
  std::int64_t at_end = 1;
};

/// Nothing where there is no spike (docs/rules/quality.md). Pure.
std::optional<Spikes> find_spikes(std::span<const Decimal> values, const QualityParameters& rule,
                                  SpikeWidth most);

/// The finding's detail; `at`: the time of the first one's first value.
std::string spikes_text(const Spikes& spikes, std::span<const Decimal> values, EventTime at);

}  // namespace parkwatch
