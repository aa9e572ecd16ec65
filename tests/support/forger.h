#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "tests/simulation/random.h"

namespace parkwatch {

/// Makes up whole days of an outlet's minute values, in hundredths. The same seed forges alike.
class Forger {
 public:
  enum class Of : std::uint8_t {
    Smooth,     // noise around one level
    Recurring,  // the first hours of the day again and again
    Pinned,     // just under the limit
  };

  /// `level`: the outlet's usual value.
  Forger(std::uint64_t seed, std::int64_t level) : random_(seed), level_(level) {}

  /// One in `percent` of a hundred of these days is forged.
  void plan(const std::vector<int>& days, int percent);
  std::optional<Of> of_day(int day) const;
  /// The limit under which it pins.
  std::int64_t limit() const { return level_ * 27 / 20; }
  /// What is sent for an honest value; asked for each minute of a day in order.
  std::int64_t value(std::int64_t minute, std::int64_t honest);

 private:
  simulation::Random random_;
  std::int64_t level_;
  std::map<int, Of> days_;
  std::vector<std::int64_t> first_hours_;
};

}  // namespace parkwatch
