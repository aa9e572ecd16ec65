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

Cause ParkStep::cause_of_violations(std::int64_t offset) {
  Cause cause;
  cause.minute = cause_minute_;
  cause.registry = plan_.hash();
  if (rejudging_) {
    cause.evidence = "set/" + plan_.hash();
  } else if (offset >= 0) {
    cause.evidence = record_position(partition_, offset);
  }
  cause.of_set = [this] { return cause_of_set(); };
  // Which of a violation's many values came again or contradicted stands in the history of the
  // windows: asked of them here, the answer would depend on where batches end.
  cause.of_data = [this] { return rejudging_ ? cause_of_set() : std::string("late"); };
  return cause;
}

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
