#include "processors/quality_parameters.h"

#include <stdexcept>

#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

/// Looks parameters up at one time for one rule pack.
class Lookup {
 public:
  Lookup(const Rules& rules, const std::string& pack, EventTime at)
      : rules_(rules), pack_(pack), at_(at) {}

  Decimal number(const std::string& name) const {
    const Parameter* found = find_parameter(rules_, name, pack_, at_);
    if (found == nullptr) return Decimal();
    const std::optional<Decimal> value = Decimal::parse(found->value);
    if (!value) throw std::invalid_argument("rules: parameter " + name + ": " + found->value);
    return *value;
  }
  std::int64_t whole(const std::string& name) const { return number(name).units() / Decimal::one; }
  GradePercents grades(const std::string& name) const {
    return {number(name + "_low_percent"), number(name + "_medium_percent"),
            number(name + "_high_percent")};
  }

 private:
  const Rules& rules_;
  const std::string& pack_;
  EventTime at_;
};

}  // namespace

QualityParameters quality_parameters(const Rules& rules, const std::string& pack, EventTime at) {
  const Lookup of(rules, pack, at);
  QualityParameters q;
  q.stuck_hours = of.whole("quality_stuck_hours");
  q.stuck_reports = of.whole("quality_stuck_reports");
  q.stuck_least_steps = of.whole("quality_stuck_least_steps");
  q.zero_hours = of.whole("quality_zero_hours");
  q.oxygen_suspect_percent = of.number("oxygen_suspect_percent");
  q.spike_steps = of.whole("quality_spike_steps");
  q.spike_percent = of.whole("quality_spike_percent");
  q.spike_minutes = of.whole("quality_spike_minutes");
  q.gap_minutes = of.whole("quality_gap_minutes");
  q.clock_hours = of.whole("quality_clock_hours");
  q.clock_share_percent = of.whole("quality_clock_share_percent");
  q.clock_spread_minutes = of.whole("quality_clock_spread_minutes");
  q.clock_ahead_seconds = of.whole("quality_clock_ahead_seconds");
  q.clock_behind_minutes = of.whole("quality_clock_behind_minutes");
  return q;
}

SuspicionParameters suspicion_parameters(const Rules& rules, const std::string& pack,
                                         EventTime at) {
  const Lookup of(rules, pack, at);
  SuspicionParameters s;
  s.smooth_hours = of.whole("quality_smooth_hours");
  s.smooth_steps = of.whole("quality_smooth_steps");
  s.smooth_range_percent = of.whole("quality_smooth_range_percent");
  s.smooth = of.grades("quality_smooth");
  s.recurring_figures = of.whole("quality_recurring_figures");
  s.recurring_steps = of.whole("quality_recurring_steps");
  s.recurring = of.grades("quality_recurring");
  s.pinned_hours = of.whole("quality_pinned_hours");
  s.pinned_band_percent = of.whole("quality_pinned_band_percent");
  s.pinned_beside_percent = of.whole("quality_pinned_beside_percent");
  s.pinned = of.grades("quality_pinned");
  s.contradiction_hours = of.whole("quality_contradiction_hours");
  s.contradiction_excess_percent = of.whole("quality_contradiction_excess_percent");
  s.contradiction = of.grades("quality_contradiction");
  return s;
}

}  // namespace parkwatch
