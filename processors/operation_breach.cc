#include "processors/operation_breach.h"

#include <algorithm>
#include <map>

#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// How long before the first minute of a run its condition began.
std::chrono::minutes lead(const OperationCase& of, EventTime at) {
  const auto whole = [&](const char* rule, const char* name) {
    return of.rules.whole(rule, name, of.site.enterprise, at);
  };
  if (of.subject.rule == "TS-O08") return minutes(whole("TS-O08", "minutes") - 1);
  if (of.subject.rule == "TS-O09") return minutes(whole("state", "unknown_after_minutes"));
  return minutes(0);
}

/// Mass times minutes by factor, and how many hours of outlets had any.
struct Emitted {
  std::map<std::string, Wide> minute_units;  // units of 10^-9 kg times minutes
  std::int64_t hours = 0;
  std::int64_t hours_with_mass = 0;
};

Emitted emitted(const OperationCase& of, EventTime start, EventTime end) {
  Emitted sum;
  for (const std::string& outlet : of.site.outlets_of(of.subject, start)) {
    for (EventTime hour = floor_to(start, hours(1)); hour < end; hour = hour + hours(1)) {
      const auto within = std::min(end, hour + hours(1)) - std::max(start, hour);
      const std::int64_t count = within / minutes(1);
      bool any = false;
      for (const FactorMass& one : of.masses(outlet, hour)) {
        if (!one.mass_kg) continue;
        any = true;
        sum.minute_units[one.factor] += Wide{one.mass_kg->units()} * count;
      }
      ++sum.hours;
      sum.hours_with_mass += any ? 1 : 0;
    }
  }
  return sum;
}

std::string evidence_of(const OperationCase& of, const OperationTier& tier, const Emitted& mass,
                        EventTime start, EventTime end) {
  std::string text = "minutes=" + std::to_string((end - start) / minutes(1));
  text += "; tier=" + tier.name + "; meters=";
  bool first = true;
  for (const Meter* meter : of.site.meters_of(of.subject, start)) {
    text += (first ? "" : ",") + meter->mn + "/" + meter->factor;
    first = false;
  }
  if (mass.hours == 0) return text;
  for (const auto& [factor, units] : mass.minute_units) {
    const std::optional<MassDecimal> kilograms = MassDecimal::quotient(units, 60);
    check(kilograms.has_value());
    text += "; " + factor + "=" + kilograms->text() + " kg";
  }
  return text + "; hours with mass=" + std::to_string(mass.hours_with_mass) + " of " +
         std::to_string(mass.hours);
}

}  // namespace

std::vector<OperationRun> whole_runs(const OperationCase& of, std::span<const OperationRun> runs) {
  std::vector<OperationRun> whole;
  for (const OperationRun& run : runs) {
    const EventTime start = run.start - lead(of, run.start);
    if (!whole.empty() && start <= whole.back().end && of.subject.rule != "TS-O06") {
      whole.back().end = std::max(whole.back().end, run.end);
    } else {
      whole.push_back({start, run.end});
    }
  }
  return whole;
}

std::optional<OperationBreach> breach_of(const OperationCase& of, const OperationRun& run) {
  const std::int64_t length = (run.end - run.start) / minutes(1);
  const OperationTier* reached = nullptr;
  const std::vector<OperationTier> tiers =
      of.rules.tiers(of.subject.rule, of.site.enterprise, run.start);
  for (const OperationTier& tier : tiers) {
    if (tier.minutes <= length) reached = &tier;
  }
  if (reached == nullptr) return std::nullopt;
  const Emitted mass = emitted(of, run.start, run.end);
  OperationBreach breach;
  breach.start = run.start;
  if (run.end < of.closed_until || of.subject.rule == "TS-O06") breach.end = run.end;
  breach.severity = reached->severity;
  if (mass.hours_with_mass > 0) {
    Wide all = 0;
    for (const auto& [factor, units] : mass.minute_units) all += units;
    breach.mass_kg = MassDecimal::quotient(all, 60);
  }
  breach.basis = of.rules.text(of.subject.rule, "basis", run.start);
  breach.evidence = evidence_of(of, *reached, mass, run.start, run.end);
  return breach;
}

std::int64_t minutes_within(std::span<const OperationRun> runs, EventTime start, EventTime end) {
  std::int64_t count = 0;
  for (const OperationRun& run : runs) {
    const EventTime from = std::max(run.start, start);
    const EventTime to = std::min(run.end, end);
    if (from < to) count += (to - from) / minutes(1);
  }
  return count;
}

}  // namespace parkwatch
