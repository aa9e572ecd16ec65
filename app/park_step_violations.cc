#include <chrono>

#include "app/park_step.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds instant(1);

/// Opens at the start of each violation, resolves at its end: episodes of instants, not windows.
Trail trail_of(const std::vector<Violation>& violations) {
  Trail trail;
  for (const Violation& violation : violations) {
    if (violation.state == Violation::State::Due) continue;
    trail.set(violation.start, violation.start + instant, TrailClass::Opens);
    if (violation.end) trail.set(*violation.end, *violation.end + instant, TrailClass::Resolves);
  }
  return trail;
}

}  // namespace

void ParkStep::write_violations(const std::string& rule, const std::string& subject,
                                const std::vector<Violation>& violations, const Cause& cause) {
  std::set<Key> kept;
  for (const Violation& violation : violations) {
    Row row = violation_row(park_, violation, plan_.hash());
    kept.insert({row.begin(), row.begin() + 4});
    versions_.put(TableId::Violation, std::move(row), cause);
  }
  for (const Row* row : rows_.rows(TableId::Violation, {park_, rule, subject})) {
    const Key key(row->begin(), row->begin() + 4);
    if (!kept.contains(key)) versions_.erase(TableId::Violation, key, cause);
  }
  const Trail trail = trail_of(violations);
  TouchedTrail* touched =
      touched_trail(violation_episode(rule, park_, subject), !trail.runs().empty());
  if (touched == nullptr) return;
  touched->now.trail = trail;
  touched->severities.clear();
  for (const Violation& violation : violations) {
    touched->severities[violation.start] = violation.severity;
  }
}

}  // namespace parkwatch
