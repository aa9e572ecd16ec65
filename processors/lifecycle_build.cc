#include <algorithm>

#include "processors/lifecycle_case.h"

namespace parkwatch {

namespace {

constexpr int months_per_year = 12;

/// Decisions on the project's own assessment, not on that of a change.
Acts assessment_acts(const LifecycleCase& project) {
  return project.select({Act::EiaApproval, Act::EiaRereview, Act::EiaRefusal},
                        {std::nullopt, std::string()});
}

bool approved_at(const Acts& decisions, EventTime at) {
  const Milestone* last = last_at(decisions, at);
  return last != nullptr && last->act != Act::EiaRefusal;
}

std::optional<EventTime> construction_start(const LifecycleCase& project) {
  return first_time(project.select({Act::ConstructionStart}));
}

void judge_approval(LifecycleCase& project) {  // TS-L01
  const std::optional<EventTime> start = construction_start(project);
  if (!start) return;
  const Acts decisions = assessment_acts(project);
  const Acts looked_at =
      project.select({Act::EiaApproval, Act::EiaRereview, Act::EiaRefusal, Act::ConstructionStart},
                     {std::nullopt, std::string()});
  project.broken_by("TS-L01", project.subject(""), *start, looked_at,
                    [&](EventTime at) { return approved_at(decisions, at); });
}

void judge_approval_age(LifecycleCase& project) {  // TS-L02
  constexpr std::string_view rule = "TS-L02";
  const std::optional<EventTime> start = construction_start(project);
  const Acts decisions = assessment_acts(project);
  const auto expiry = [&](EventTime approval, EventTime act) {
    const int months = project.rules().number(rule, "approval_years", act) * months_per_year;
    const DayCount& days = project.days();
    return days.end_of(DayCount::months_after(days.day_of(approval), months));
  };
  const EventTime asked = start.value_or(project.now());
  if (!approved_at(decisions, asked)) return;
  const EventTime approval = last_at(decisions, asked)->time;
  if (!start) {
    LifecycleFinding found{rule, project.subject(""), approval, approval};
    found.due = expiry(approval, approval);
    if (*found.due > project.now()) project.add_due(found, decisions);
    return;
  }
  const Acts looked_at =
      project.select({Act::EiaApproval, Act::EiaRereview, Act::EiaRefusal, Act::ConstructionStart},
                     {std::nullopt, std::string()});
  project.broken_by(rule, project.subject(""), *start, looked_at, [&](EventTime at) {
    return at > *start ? approved_at(decisions, at) && last_at(decisions, at)->time > *start
                       : *start < expiry(approval, *start);
  });
}

void judge_design(LifecycleCase& project) {  // TS-L03
  const std::optional<EventTime> start = construction_start(project);
  if (!start) return;
  const std::optional<EventTime> chapter = first_time(project.select({Act::DesignChapter}));
  const std::optional<EventTime> estimate = first_time(project.select({Act::InvestmentEstimate}));
  const Acts looked_at =
      project.select({Act::DesignChapter, Act::InvestmentEstimate, Act::ConstructionStart});
  project.broken_by("TS-L03", project.subject(""), *start, looked_at, [&](EventTime at) {
    return chapter && *chapter <= at && estimate && *estimate <= at;
  });
}

Decimal percent_at(const Acts& reports, EventTime at) {
  const Milestone* last = last_at(reports, at);
  return last == nullptr ? Decimal{} : *last->percent;
}

void judge_progress(LifecycleCase& project) {  // TS-L04
  constexpr std::string_view rule = "TS-L04";
  const Acts main = project.select({Act::MainProgress});
  const Acts protection = project.select({Act::ProtectionProgress});
  const Acts looked_at =
      project.select({Act::MainProgress, Act::ProtectionProgress, Act::ProtectionContract});
  std::vector<EventTime> changes;
  for (const Milestone* act : looked_at) changes.push_back(act->time);
  const auto lags = [&](EventTime at) {
    const Decimal points = Decimal::whole(project.rules().number(rule, "lag_points", at));
    const std::int64_t lag = percent_at(main, at).units() - percent_at(protection, at).units();
    return lag > points.units();
  };
  for (const Stretch& stretch : project.stretches(changes, lags)) {
    const int days = project.rules().number(rule, "lag_days", stretch.from);
    const EventTime due = stretch.from + std::chrono::hours(24) * days;
    LifecycleFinding found{rule, project.subject(""), stretch.from, due, stretch.to, due};
    if (due <= project.now()) {
      if (!stretch.to || *stretch.to > due) project.add_breach(found, looked_at);
    } else if (!stretch.to) {
      found.start = stretch.from;
      project.add_due(found, looked_at);
    }
  }
}

bool large_enough(const Milestone* built, const Milestone& required, int share_percent) {
  constexpr int whole_percent = 100;
  if (built == nullptr) return false;
  if (!required.capacity) return true;
  if (!built->capacity || built->unit != required.unit) return false;
  return Wide{built->capacity->units()} * whole_percent >=
         Wide{required.capacity->units()} * share_percent;
}

void judge_facility(LifecycleCase& project, const std::string& phase,
                    const std::string& facility) {  // TS-L05
  constexpr std::string_view rule = "TS-L05";
  const std::optional<std::string> lane =
      phase.empty() ? std::nullopt : std::optional<std::string>(phase);
  const std::optional<EventTime> commissioning =
      first_time(project.select({Act::CommissioningStart}, {lane, std::nullopt}));
  const Acts demands = project.select({Act::FacilityRequired}, {phase, facility});
  if (!commissioning || demands.empty()) return;
  const Milestone& required = *demands.back();
  const EventTime start = std::max(*commissioning, required.time);
  const int share = project.rules().number(rule, "capacity_share_percent", start);
  const Acts built = project.select({Act::FacilityBuilt}, {std::nullopt, facility});
  const Acts looked_at =
      merged({project.select({Act::CommissioningStart}, {lane, std::nullopt}), demands, built});
  project.broken_by(rule, project.subject(phase, facility), start, looked_at, [&](EventTime at) {
    return large_enough(last_at(built, at), required, share);
  });
}

void judge_change(LifecycleCase& project, const std::string& change) {  // TS-L12
  const Acts changes = project.select({Act::MajorChange}, {std::nullopt, change});
  const Acts approvals = project.select({Act::EiaApproval}, {std::nullopt, change});
  const Acts looked_at =
      project.select({Act::MajorChange, Act::EiaApproval}, {std::nullopt, change});
  project.broken_by("TS-L12", project.subject("", change), changes.front()->time, looked_at,
                    [&](EventTime at) { return last_at(approvals, at) != nullptr; });
}

}  // namespace

void judge_building(LifecycleCase& project) {
  judge_approval(project);
  judge_approval_age(project);
  judge_design(project);
  judge_progress(project);
  for (const std::string& phase : project.lanes()) {
    for (const std::string& facility : project.items({Act::FacilityRequired})) {
      judge_facility(project, phase, facility);
    }
  }
  for (const std::string& change : project.items({Act::MajorChange})) {
    judge_change(project, change);
  }
}

}  // namespace parkwatch
