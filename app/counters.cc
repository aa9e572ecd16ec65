#include "app/counters.h"

namespace parkwatch {

namespace {

constexpr Fate all_fates[] = {Fate::Accepted, Fate::Corrected, Fate::Duplicate, Fate::Quarantined,
                              Fate::NotMonitored};

std::int64_t value_of(const Counters& counters, const std::string& name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

void count(Counters& counters, const std::string& of, Fate fate) {
  ++counters[of + "_received"];
  ++counters[of + "_" + std::string(fate_name(fate))];
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

void count_record(Counters& counters, Fate fate) {
  count(counters, "records", fate);
}
void count_value(Counters& counters, Fate fate) {
  count(counters, "values", fate);
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
