#include <algorithm>

#include "processors/lifecycle_case.h"

namespace parkwatch {

namespace {

/// Whether a facility that should run does not, and what allows it.
struct Downtime {
  Acts states;  // dismantled, idled, resumed or built anew
  Acts approvals;

  bool down(EventTime at) const {
    const Milestone* last = last_at(states, at);
    return last != nullptr && (last->act == Act::Dismantled || last->act == Act::Idled);
  }
};

/// Production, acceptance and disclosed commissioning of one phase; of the whole project, the acts
/// of any phase allow its production.
class Production {
 public:
  Production(const LifecycleCase& project, const std::string& phase)
      : project_(project),
        lane_{phase.empty() ? std::nullopt : std::optional(phase), std::nullopt},
        runs_(
            project.select({Act::FirstProduction, Act::ProductionStopped}, {phase, std::nullopt})),
        windows_(project.select({Act::CommissioningDisclosed}, lane_)) {
    if (!phase.empty()) {
      opinions_.push_back(project.select({Act::AcceptanceOpinion}, lane_));
    } else {
      for (const std::string& one : project.lanes()) {
        opinions_.push_back(project.select({Act::AcceptanceOpinion}, {one, std::nullopt}));
      }
    }
  }

  bool begun() const { return !runs_.empty(); }
  bool producing(EventTime at) const {
    const Milestone* last = last_at(runs_, at);
    return last != nullptr && last->act == Act::FirstProduction;
  }
  bool accepted(EventTime at) const {
    return std::any_of(opinions_.begin(), opinions_.end(), [&](const Acts& opinions) {
      const Milestone* last = last_at(opinions, at);
      return last != nullptr && last->passed;
    });
  }
  EventTime window_end(const Milestone& window) const {
    return project_.days().end_of(project_.days().day_of(*window.end));
  }
  /// Until when commissioning, as disclosed by then, allows production; nothing where it does not.
  std::optional<EventTime> allowed_until(EventTime at) const {
    std::optional<EventTime> until;
    for (const Milestone* window : windows_) {
      if (window->time > at || *window->start > at || window_end(*window) <= at) continue;
      until = std::max(until.value_or(at), window_end(*window));
    }
    return until;
  }
  Acts looked_at() const {
    return merged(
        {project_.select({Act::CommissioningDisclosed, Act::AcceptanceOpinion}, lane_), runs_});
  }
  std::vector<EventTime> changes() const {
    std::vector<EventTime> times;
    for (const Milestone* act : looked_at()) times.push_back(act->time);
    for (const Milestone* window : windows_) {
      times.push_back(*window->start);
      times.push_back(window_end(*window));
    }
    return times;
  }

 private:
  const LifecycleCase& project_;
  Scope lane_;
  Acts runs_, windows_;
  std::vector<Acts> opinions_;  // by phase
};

void judge_lane(LifecycleCase& project, const std::string& phase) {  // TS-L11, TS-L13
  const std::string_view rule = phase.empty() ? "TS-L11" : "TS-L13";
  const Production production(project, phase);
  if (!production.begun()) return;
  const auto unaccepted = [&](EventTime at) {
    return production.producing(at) && !production.accepted(at);
  };
  const std::string subject = project.subject(phase);
  const Acts looked_at = production.looked_at();
  for (const Stretch& stretch : project.stretches(production.changes(), [&](EventTime at) {
         return unaccepted(at) && !production.allowed_until(at);
       })) {
    const int hours = project.rules().number(rule, "tolerance_hours", stretch.from);
    const EventTime due = stretch.from + std::chrono::hours(hours);
    const LifecycleFinding found{rule, subject, stretch.from, stretch.from, stretch.to, due};
    const bool tolerated = stretch.to ? *stretch.to <= due : project.now() < due;
    if (!tolerated) {
      project.add_breach(found, looked_at);
    } else if (!stretch.to) {
      project.add_due(found, looked_at);
    }
  }
  for (const Stretch& stretch : project.stretches(production.changes(), [&](EventTime at) {
         return unaccepted(at) && production.allowed_until(at).has_value();
       })) {
    if (stretch.to) continue;
    LifecycleFinding found{rule, subject, stretch.from, stretch.from};
    found.due = production.allowed_until(project.now());
    project.add_due(found, looked_at);
  }
}

/// Until when the facility may be down, as far as it is known at `at`; nothing where it may not.
std::optional<EventTime> down_allowed_until(const LifecycleCase& project, const Downtime& downtime,
                                            EventTime at) {
  const Milestone* state = last_at(downtime.states, at);
  const bool idled = state != nullptr && state->act != Act::Dismantled;
  std::optional<EventTime> until;
  for (const Milestone* approval : downtime.approvals) {
    if (approval->time > at) continue;
    if (approval->act == Act::DismantlingApproval) return Validity{}.to;
    const EventTime end = project.days().end_of(project.days().day_of(*approval->end));
    if (idled && at < end) until = std::max(until.value_or(end), end);
  }
  return until;
}

void judge_downtime(LifecycleCase& project, const std::string& facility, const Downtime& downtime,
                    const Acts& looked_at) {  // TS-L14
  constexpr std::string_view rule = "TS-L14";
  std::vector<EventTime> changes;
  for (const Milestone* act : looked_at) changes.push_back(act->time);
  for (const Milestone* act : downtime.approvals) {
    if (act->end) changes.push_back(project.days().end_of(project.days().day_of(*act->end)));
  }
  const auto allowed_until = [&](EventTime at) {
    return down_allowed_until(project, downtime, at);
  };
  const std::string subject = project.subject("", facility);
  for (const Stretch& stretch : project.stretches(
           changes, [&](EventTime at) { return downtime.down(at) && !allowed_until(at); })) {
    project.add_breach({rule, subject, stretch.from, stretch.from, stretch.to}, looked_at);
  }
  for (const Stretch& stretch : project.stretches(
           changes, [&](EventTime at) { return downtime.down(at) && allowed_until(at); })) {
    if (stretch.to) continue;
    LifecycleFinding found{rule, subject, stretch.from, stretch.from};
    found.due = allowed_until(project.now());
    if (*found.due != Validity{}.to) project.add_due(found, looked_at);
  }
}

void judge_standstill(LifecycleCase& project, const Standstill& standstill,
                      const Downtime& downtime) {  // TS-L14
  constexpr std::string_view rule = "TS-L14";
  const auto hours = [&](std::string_view name) {
    return std::chrono::hours(project.rules().number(rule, name, standstill.from));
  };
  const EventTime start = standstill.from + hours("standstill_hours");
  if ((standstill.to && *standstill.to <= start) ||
      standstill.production <= hours("production_hours"))
    return;
  if (down_allowed_until(project, downtime, start)) return;
  Milestone measured;
  measured.source = "measured";
  measured.id = standstill.evidence;
  measured.time = standstill.from;
  LifecycleFinding found{rule, project.subject("", standstill.facility + "/run"), standstill.from,
                         start, standstill.to};
  project.add_breach(found, {&measured});
}

void judge_downtimes(LifecycleCase& project) {
  const auto downtime_of = [&](const std::string& facility) {
    const Scope scope{std::nullopt, facility};
    return Downtime{
        project.select({Act::Dismantled, Act::Idled, Act::Resumed, Act::FacilityBuilt}, scope),
        project.select({Act::DismantlingApproval, Act::IdlingApproval}, scope)};
  };
  for (const std::string& facility : project.items({Act::Dismantled, Act::Idled})) {
    const Acts looked_at =
        project.select({Act::Dismantled, Act::Idled, Act::Resumed, Act::FacilityBuilt,
                        Act::DismantlingApproval, Act::IdlingApproval},
                       {std::nullopt, facility});
    judge_downtime(project, facility, downtime_of(facility), looked_at);
  }
  for (const Standstill& standstill : project.facts().standstills) {
    judge_standstill(project, standstill, downtime_of(standstill.facility));
  }
}

}  // namespace

void judge_production(LifecycleCase& project) {
  for (const std::string& phase : project.lanes()) judge_lane(project, phase);
  judge_downtimes(project);
}

}  // namespace parkwatch
