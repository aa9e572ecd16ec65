#include "app/counters.h"

namespace parkwatch {

namespace {

constexpr Fate all_fates[] = {Fate::Accepted, Fate::Corrected, Fate::Duplicate, Fate::Quarantined,
                              Fate::NotMonitored};

constexpr std::array<std::string_view, scheme_count> scheme_counters = {
    "frames_2005", "frames_2017", "frames_2025", "json"};

std::int64_t value_of(const Counters& counters, const std::string& name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

void add_fates(Counters& counters, const std::string& of,
               const std::array<std::int64_t, fate_count>& counts) {
  for (const Fate fate : all_fates) {
    const std::int64_t count = counts[static_cast<std::size_t>(fate)];
    if (count == 0) continue;
    counters[of + "_received"] += count;
    counters[of + "_" + std::string(fate_name(fate))] += count;
  }
}

}  // namespace

std::string_view fate_name(Fate fate) {
  switch (fate) {
    case Fate::Accepted:
      return "accepted";
    case Fate::Corrected:
      return "corrected";
    case Fate::Duplicate:
      return "duplicate";
    case Fate::Quarantined:
      return "quarantined";
    case Fate::NotMonitored:
      return "not_monitored";
  }
  return {};
}

void Tally::add_to(Counters& counters) const {
  add_fates(counters, "records", records_);
  add_fates(counters, "values", values_);
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    if (readings_[i] > 0) counters[std::string(scheme_counters[i])] += readings_[i];
  }
}

std::int64_t conservation_difference(const Counters& counters, std::string_view of) {
  const std::string prefix(of);
  std::int64_t difference = value_of(counters, prefix + "_received");
  for (const Fate fate : all_fates) {
    difference -= value_of(counters, prefix + "_" + std::string(fate_name(fate)));
  }
  return difference;
}

}  // namespace parkwatch
