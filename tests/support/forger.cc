#include "tests/support/forger.h"

namespace parkwatch {

namespace {

constexpr std::int64_t minutes_a_day = 1'440;

}  // namespace

void Forger::plan(const std::vector<int>& days, int percent) {
  for (const int day : days) {
    if (!random_.chance(percent)) continue;
    days_.emplace(day, random_.pick<Of>({Of::Smooth, Of::Recurring, Of::Pinned}));
  }
}

std::optional<Forger::Of> Forger::of_day(int day) const {
  const auto found = days_.find(day);
  return found == days_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t Forger::value(std::int64_t minute, std::int64_t honest) {
  const std::optional<Of> of = of_day(static_cast<int>(minute / minutes_a_day));
  if (!of) return honest;
  const std::int64_t of_the_day = minute % minutes_a_day;
  switch (*of) {
    case Of::Smooth:
      return level_ + random_.between(-level_ / 30, level_ / 30);
    case Of::Recurring: {
      constexpr std::int64_t repeated = 6 * 60;
      if (of_the_day == 0) first_hours_.clear();
      if (of_the_day < repeated) first_hours_.push_back(honest);
      return first_hours_.at(static_cast<std::size_t>(of_the_day % repeated));
    }
    case Of::Pinned:
      return limit() - random_.between(limit() / 200, limit() / 25);
  }
  return honest;
}

}  // namespace parkwatch
