#include <algorithm>
#include <set>

#include "processors/lifecycle_case.h"

namespace parkwatch {

namespace {

/// Acts of a phase and of the whole project, in their order.
Acts of_phase_or_whole(const LifecycleCase& project, std::initializer_list<Act> kinds,
                       const std::string& phase) {
  Acts acts = project.select(kinds);
  std::erase_if(acts,
                [&](const Milestone* act) { return !act->phase.empty() && act->phase != phase; });
  return acts;
}

bool facilities_built(const LifecycleCase& project, const std::string& phase, EventTime at) {
  const Acts built = project.select({Act::FacilityBuilt});
  const Acts progress = project.select({Act::ProtectionProgress});
  bool listed = false;
  for (const Milestone* required : of_phase_or_whole(project, {Act::FacilityRequired}, phase)) {
    if (required->time > at) continue;
    listed = true;
    const bool stands = std::any_of(built.begin(), built.end(), [&](const Milestone* act) {
      return act->item == required->item && act->time <= at;
    });
    if (!stands) return false;
  }
  if (listed || last_at(built, at) != nullptr) return true;
  return std::any_of(progress.begin(), progress.end(), [&](const Milestone* act) {
    return act->time <= at && *act->percent == Decimal::whole(100);
  });
}

bool permitted(const Acts& permits, EventTime at) {
  const Milestone* last = last_at(permits, at);
  return last != nullptr && last->act != Act::PermitSuspended;
}

void judge_commissioning(LifecycleCase& project, const std::string& phase) {  // TS-L06
  const std::optional<EventTime> start =
      first_time(project.select({Act::CommissioningStart}, {phase, std::nullopt}));
  if (!start) return;
  const Acts permits =
      project.select({Act::PermitIssued, Act::PermitChanged, Act::PermitSuspended});
  const Acts looked_at = of_phase_or_whole(
      project,
      {Act::CommissioningStart, Act::FacilityRequired, Act::FacilityBuilt, Act::ProtectionProgress,
       Act::PermitIssued, Act::PermitChanged, Act::PermitSuspended},
      phase);
  project.broken_by("TS-L06", project.subject(phase), *start, looked_at, [&](EventTime at) {
    return permitted(permits, at) && facilities_built(project, phase, at);
  });
}

void judge_announcements(LifecycleCase& project, const std::string& phase) {  // TS-L07
  const Scope lane{phase, std::nullopt};
  const std::optional<EventTime> commissioning =
      first_time(project.select({Act::CommissioningStart}, lane));
  const std::optional<EventTime> act =
      commissioning ? commissioning : first_time(project.select({Act::AcceptanceReport}, lane));
  if (!act) return;
  std::optional<EventTime> done = first_time(project.select({Act::CompletionDisclosed}, lane));
  if (commissioning) {
    const std::optional<EventTime> dates =
        first_time(project.select({Act::CommissioningDisclosed}, lane));
    done = done && dates ? std::optional(std::max(*done, *dates)) : std::nullopt;
  }
  const DayCount& days = project.days();
  project.clock("TS-L07", project.subject(phase), *act, days.end_of(days.day_of(*act)), done,
                project.select({Act::CommissioningStart, Act::AcceptanceReport,
                                Act::CompletionDisclosed, Act::CommissioningDisclosed},
                               lane));
}

/// A clock of working days after an act.
void working_day_clock(LifecycleCase& project, std::string_view rule, std::string_view parameter,
                       const std::string& phase, Act begins, Act ends) {
  const Scope lane{phase, std::nullopt};
  const std::optional<EventTime> act = first_time(project.select({begins}, lane));
  if (!act) return;
  const DayCount& days = project.days();
  const std::int64_t first = days.day_of(*act);
  const std::int64_t last =
      days.working_days_after(first, project.rules().number(rule, parameter, *act));
  project.clock(rule, project.subject(phase), *act, days.end_of(last),
                first_time(project.select({ends}, lane)), project.select({begins, ends}, lane),
                days.doubt(first, last));
}

void judge_display(LifecycleCase& project, const std::string& phase) {  // TS-L08, second half
  constexpr std::string_view rule = "TS-L08";
  const Scope lane{phase, std::nullopt};
  const Acts disclosed = project.select({Act::AcceptanceDisclosed}, lane);
  const DayCount& days = project.days();
  LifecycleFinding found{rule, project.subject(phase, "display")};
  bool short_one = false;
  for (const Milestone* end : project.select({Act::DisplayEnd}, lane)) {
    const int count = project.rules().number(rule, "display_working_days", end->time);
    const Milestone* begin = last_at(disclosed, end->time);
    const std::int64_t last =
        begin == nullptr ? 0 : days.working_days_after(days.day_of(begin->time), count);
    if (begin != nullptr && days.start_of(last) <= end->time) {
      if (short_one) found.end = end->time;
      break;
    }
    if (short_one) continue;
    short_one = true;
    found.origin = found.start = end->time;
    if (begin != nullptr) found.doubt = days.doubt(days.day_of(begin->time), last);
  }
  found.severity = "severity_display";
  if (short_one) {
    project.add_breach(found, project.select({Act::AcceptanceDisclosed, Act::DisplayEnd}, lane));
  }
}

/// Commissioning or an order to rectify, begun within the usual period, extends it.
bool period_extended(const LifecycleCase& project, const std::string& phase, EventTime deadline) {
  const std::optional<EventTime> commissioning =
      first_time(project.select({Act::CommissioningStart}, {phase, std::nullopt}));
  const std::optional<EventTime> order =
      first_time(of_phase_or_whole(project, {Act::RectificationOpened}, phase));
  return (commissioning && *commissioning < deadline) || (order && *order < deadline);
}

void judge_period(LifecycleCase& project, const std::string& phase) {  // TS-L09
  constexpr std::string_view rule = "TS-L09";
  const Scope lane{phase, std::nullopt};
  const std::optional<EventTime> completion = first_time(project.select({Act::Completion}, lane));
  if (!completion) return;
  const DayCount& days = project.days();
  const auto deadline = [&](std::string_view months) {
    const int count = project.rules().number(rule, months, *completion);
    return days.end_of(DayCount::months_after(days.day_of(*completion), count));
  };
  const EventTime usual = deadline("usual_months");
  const EventTime extended = deadline("extended_months");
  const std::optional<EventTime> done =
      first_time(project.select({Act::AcceptanceDisclosed}, lane));
  const Acts looked_at = project.select({Act::Completion, Act::AcceptanceDisclosed}, lane);
  const std::string subject = project.subject(phase);
  if (period_extended(project, phase, usual) || project.now() < usual) {
    const bool known = period_extended(project, phase, usual);
    project.clock(rule, subject, *completion, known ? extended : usual, done, looked_at);
    return;
  }
  if (done && *done < usual) return;
  LifecycleFinding late{rule, subject, *completion, usual, done, usual, "severity_usual"};
  if (extended <= project.now() && (!done || *done > extended)) late.end = extended;
  project.add_breach(late, looked_at);
  project.clock(rule, subject, *completion, extended, done, looked_at);
}

void judge_orders(LifecycleCase& project, const std::string& phase) {  // TS-L15
  Acts opinions = project.select({Act::AcceptanceOpinion}, {phase, std::nullopt});
  std::erase_if(opinions, [](const Milestone* act) { return !act->passed; });
  const std::optional<EventTime> pass = first_time(opinions);
  if (!pass) return;
  Acts steps = project.select({Act::RectificationOpened, Act::RectificationClosed});
  if (!phase.empty()) {
    steps = of_phase_or_whole(project, {Act::RectificationOpened, Act::RectificationClosed}, phase);
  }
  const auto open_at = [&](const std::string& order, EventTime at) {
    Acts own = steps;
    std::erase_if(own, [&](const Milestone* act) { return act->item != order; });
    const Milestone* last = last_at(own, at);
    return last != nullptr && last->act == Act::RectificationOpened;
  };
  std::set<std::string> open;
  for (const Milestone* step : steps) {
    if (open_at(step->item, *pass)) open.insert(step->item);
  }
  const Acts looked_at = merged({opinions, steps});
  project.broken_by("TS-L15", project.subject(phase), *pass, looked_at, [&](EventTime at) {
    return std::none_of(open.begin(), open.end(),
                        [&](const std::string& order) { return open_at(order, at); });
  });
}

}  // namespace

void judge_acceptance(LifecycleCase& project) {
  for (const std::string& phase : project.lanes()) {
    judge_commissioning(project, phase);
    judge_announcements(project, phase);
    working_day_clock(project, "TS-L08", "disclosure_working_days", phase, Act::AcceptanceReport,
                      Act::AcceptanceDisclosed);
    judge_display(project, phase);
    judge_period(project, phase);
    working_day_clock(project, "TS-L10", "filing_working_days", phase, Act::DisplayEnd,
                      Act::PlatformFiling);
    judge_orders(project, phase);
  }
}

}  // namespace parkwatch
