#include "processors/plan_difference.h"

#include <algorithm>
#include <set>

#include "processors/operation_difference.h"

namespace parkwatch {

namespace {

/// Everything that results of one outlet depend on at one time, as text to compare.
class Facts {
 public:
  Facts(const Plan& plan, const OutletPlan& outlet, EventTime at)
      : plan_(plan), outlet_(outlet), at_(at) {
    const Outlet* row = outlet.row_at(at);
    const std::string* park = plan.park_of(outlet, at);
    if (row == nullptr || park == nullptr) return;
    put(*park);
    put(std::int64_t{plan.lifecycle().tells_of_project(outlet.id)});
    put(plan.zone_of_park(*park).name);
    put(outlet.enterprise_at(at)->id);
    put_outlet(*row);
    put_parameters(plan.parameters(row->rule_pack, at));
    for (const Device& device : outlet.devices) put_device(device);
    for (const FactorPlan& factor : outlet.factors) put_factor(factor);
    for (const auto& [factor, limits] : *outlet.limits) {
      for (const LimitPlan& limit : limits) put_limit(factor, limit);
    }
    for (const MembershipPlan& membership : outlet.memberships) put_membership(membership);
    for (const LineOutlet& line : outlet.lines) put_line(line);
    for (const char* rule : {"exceedance", "over_range", "silent"}) put(plan.severity(rule));
  }

  const std::string& text() const { return text_; }

 private:
  void put(std::string_view value) { text_.append(value).push_back('\n'); }
  void put(std::int64_t value) { put(std::string_view(std::to_string(value))); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void put(Enum value) { put(static_cast<std::int64_t>(value)); }
  template <int Places>
  void put(const std::optional<Fixed<Places>>& value) {
    put(std::string_view(value ? value->text() : "-"));
  }

  void put_outlet(const Outlet& row) {
    put(row.medium);
    put(row.concentration_basis);
    put(row.flow_basis);
    put(row.oxygen_basis);
    put(row.reference_oxygen_percent);
    put(row.pressure_kpa);
    put(row.moisture_percent);
    put(row.mark_scheme);
    for (const MarkRule& rule : plan_.mark_scheme(row.mark_scheme)) put_mark(rule);
  }

  void put_mark(const MarkRule& rule) {
    if (!rule.validity.covers(at_)) return;
    put("mark");
    put(rule.mark);
    put(std::int64_t{rule.equipment});
    put(rule.effect);
    put(rule.minutes);
    put(rule.deadline_hour);
    for (const std::string& factor : rule.factors) put(factor);
    put(rule.mark_hours);
    put(rule.year_group);
    put(rule.year_hours);
    put(rule.while_factor);
    put(rule.while_upper);
    put(std::int64_t{rule.sure});
  }

  void put_parameters(const Parameters& p) {
    put(p.grace_minutes);
    put(p.hour_valid_minutes);
    put(p.day_valid_share_percent);
    put(p.day_valid_hours.value_or(-1));
    put(std::optional(p.oxygen_cannot_convert_percent));
    put(std::optional(p.oxygen_air_percent));
    put(std::int64_t{p.convert_by_hour});
    put(p.report_difference_percent);
    put(p.cou_difference_percent);
    put(std::optional(p.standard_temperature_k));
    put(std::optional(p.standard_pressure_kpa));
    put(std::optional(p.capture_target_percent));
    put(std::optional(p.capture_high_percent));
    put(std::optional(p.capture_low_percent));
    put(p.substitution_run_hours);
    put(p.look_back_short_run);
    put(p.look_back_long_run);
    put(p.look_back_low_capture);
    put_quality(p.quality);
    put_suspicion(p.suspicion);
    for (const bool required : p.flag_required) put(std::int64_t{required});
  }

  void put_quality(const QualityParameters& q) {
    put(std::optional(q.oxygen_suspect_percent));
    for (const std::int64_t value :
         {q.stuck_hours, q.stuck_reports, q.stuck_least_steps, q.zero_hours, q.spike_steps,
          q.spike_percent, q.spike_minutes, q.gap_minutes, q.clock_hours, q.clock_share_percent,
          q.clock_spread_minutes, q.clock_ahead_seconds, q.clock_behind_minutes}) {
      put(value);
    }
  }

  void put_suspicion(const SuspicionParameters& s) {
    for (const std::int64_t value :
         {s.smooth_hours, s.smooth_steps, s.smooth_range_percent, s.recurring_figures,
          s.recurring_steps, s.pinned_hours, s.pinned_band_percent, s.pinned_beside_percent,
          s.contradiction_hours, s.contradiction_excess_percent}) {
      put(value);
    }
    for (const GradePercents& grades : {s.smooth, s.recurring, s.pinned, s.contradiction}) {
      put(std::optional(grades.low));
      put(std::optional(grades.medium));
      put(std::optional(grades.high));
    }
  }

  void put_device(const Device& device) {
    if (!device.validity.covers(at_)) return;
    put("device");
    put(device.mn);
    put(std::int64_t{device.report_interval_s});
    put(std::int64_t{device.minute_interval});
    put(device.minute_label);
    put(device.hour_label);
    put(device.day_label);
  }

  void put_factor(const FactorPlan& factor) {
    if (!factor.row.validity.covers(at_)) return;
    put("factor");
    put(factor.row.factor);
    put(factor.row.mn);
    put(factor.row.range_min);
    put(factor.row.range_max);
    put(factor.row.zero_band);
    put(std::int64_t{factor.row.set_parameter});
    put(std::int64_t{factor.row.cyclic ? factor.row.period_minutes : 0});
    put(factor.role);
    put(factor.row.stored_unit);
    put(factor.row.numerator);
    put(factor.row.denominator);
    put(factor.row.equivalent_kg);
    put(plan_.factor(factor.row.factor)->part_of);
  }

  void put_limit(const std::string& factor, const LimitPlan& limit) {
    if (!limit.validity.covers(at_)) return;
    put("limit");
    put(factor);
    put(limit.id);
    put(limit.upper);
    put(limit.lower);
    put(limit.of);
    put(limit.span);
    put(limit.reference_oxygen);
    put(std::int64_t{limit.sure});
  }

  void put_membership(const MembershipPlan& membership) {
    if (!membership.validity.covers(at_)) return;
    put("membership");
    put(membership.cluster);
    put(plan_.zone_of_cluster(membership.cluster).name);
    put(membership.of);
    put(membership.member);
    put(std::optional(membership.share));
  }

  void put_line(const LineOutlet& line) {
    if (!line.validity.covers(at_)) return;
    put("line");
    put(line.line);
    put(std::optional(line.share));
  }

  const Plan& plan_;
  const OutletPlan& outlet_;
  EventTime at_;
  std::string text_;
};

std::string facts_at(const Plan& plan, const OutletPlan* outlet, EventTime at) {
  return outlet == nullptr ? std::string() : Facts(plan, *outlet, at).text();
}

/// Sorts and joins periods that overlap or meet.
void join(std::vector<Validity>& periods) {
  std::sort(periods.begin(), periods.end(),
            [](const Validity& a, const Validity& b) { return a.from < b.from; });
  std::vector<Validity> joined;
  for (const Validity& period : periods) {
    if (joined.empty() || joined.back().to < period.from) {
      joined.push_back(period);
    } else {
      joined.back().to = std::max(joined.back().to, period.to);
    }
  }
  periods = std::move(joined);
}

}  // namespace

ParkPeriods compare_plans(const Plan& before, const Plan& after) {
  std::set<std::string> outlets;
  for (const Plan* plan : {&before, &after}) {
    for (const std::string& park : plan->parks()) {
      for (const OutletPlan* outlet : plan->outlets_of(park)) outlets.insert(outlet->id);
    }
  }
  ParkPeriods changed;
  for (const std::string& id : outlets) {
    std::set<EventTime> instants{Validity{}.from, Validity{}.to};
    for (const Plan* plan : {&before, &after}) {
      const OutletPlan* outlet = plan->outlet(id);
      if (outlet != nullptr) instants.merge(plan->change_times(*outlet));
    }
    for (auto from = instants.begin(); std::next(from) != instants.end(); ++from) {
      const OutletPlan* old_outlet = before.outlet(id);
      const OutletPlan* new_outlet = after.outlet(id);
      if (facts_at(before, old_outlet, *from) == facts_at(after, new_outlet, *from)) continue;
      for (const auto& [plan, outlet] :
           {std::pair(&before, old_outlet), std::pair(&after, new_outlet)}) {
        const std::string* park = outlet == nullptr ? nullptr : plan->park_of(*outlet, *from);
        if (park != nullptr) changed[*park].push_back({*from, *std::next(from)});
      }
    }
  }
  add_operation_periods(before.operation(), after.operation(), changed);
  for (auto& [park, periods] : changed) join(periods);
  return changed;
}

}  // namespace parkwatch
