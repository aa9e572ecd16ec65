#include <absl/time/time.h>

#include <algorithm>
#include <cctype>

#include "app/active_set.h"

namespace parkwatch {

namespace {

/// IANA names only: the library would also take files, fixed offsets and the machine's own zone.
bool is_zone_name(const std::string& name) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '+' || c == '-' ||
           c == '/';
  };
  return !name.empty() && name.front() != '/' && name.find("//") == std::string::npos &&
         !name.starts_with("Fixed/") && name != "localtime" &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::chrono::minutes offset_at(const absl::TimeZone& zone, absl::Time at) {
  return std::chrono::minutes(zone.At(at).offset / 60);
}

}  // namespace

std::optional<Zone> load_zone(const std::string& name) {
  absl::TimeZone zone;
  if (!is_zone_name(name) || !absl::LoadTimeZone(name, &zone)) return std::nullopt;
  const absl::Time end = absl::FromCivil(absl::CivilYear(2061), absl::UTCTimeZone());
  absl::Time at = absl::FromCivil(absl::CivilYear(1990), absl::UTCTimeZone());
  Zone loaded{name, offset_at(zone, at), {}};
  absl::TimeZone::CivilTransition transition;
  while (zone.NextTransition(at, &transition)) {
    at = zone.At(transition.to).trans;
    if (at >= end) break;
    const std::chrono::minutes offset = offset_at(zone, at);
    const bool same =
        offset == (loaded.changes.empty() ? loaded.first_offset : loaded.changes.back().offset);
    if (!same) loaded.changes.push_back({EventTime(absl::ToUnixMillis(at)), offset});
  }
  return loaded;
}

}  // namespace parkwatch
