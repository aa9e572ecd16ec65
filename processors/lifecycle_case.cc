#include "processors/lifecycle_case.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "model/check.h"

namespace parkwatch {

namespace {

bool earlier(const Milestone& a, const Milestone& b) {
  return std::tie(a.time, a.source, a.id) < std::tie(b.time, b.source, b.id);
}

bool in_scope(const Milestone& act, const Scope& scope) {
  return (!scope.phase || act.phase == *scope.phase) && (!scope.item || act.item == *scope.item);
}

/// The documents of the acts at an origin, or the last one before it, and at an end: SOURCE/ID.
std::string evidence_text(const Acts& looked_at, EventTime origin, std::optional<EventTime> end) {
  const Milestone* last = last_at(looked_at, origin);
  const EventTime begin = last == nullptr ? origin : last->time;
  std::string text;
  for (const Milestone* act : looked_at) {
    const bool names_begin = act->time == begin && (begin == origin || act == last);
    if (!names_begin && act->time != end) continue;
    if (!text.empty()) text += "; ";
    text += act->source + "/" + act->id;
  }
  return text;
}

}  // namespace

Acts merged(std::initializer_list<Acts> parts) {
  Acts all;
  for (const Acts& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(),
            [](const Milestone* a, const Milestone* b) { return earlier(*a, *b); });
  return all;
}

std::optional<EventTime> first_time(const Acts& acts) {
  if (acts.empty()) return std::nullopt;
  return acts.front()->time;
}

const Milestone* last_at(const Acts& acts, EventTime at) {
  const Milestone* last = nullptr;
  for (const Milestone* act : acts) {
    if (act->time <= at) last = act;
  }
  return last;
}

LifecycleCase::LifecycleCase(const ProjectFacts& facts, const LifecycleRules& rules,
                             const Zone& zone, EventTime now)
    : facts_(facts), rules_(rules), days_(zone, rules.calendar), now_(now) {
  for (const Milestone& act : facts.milestones) {
    if (act.time <= now) happened_.push_back(act);
  }
  const bool declared = std::any_of(happened_.begin(), happened_.end(), [](const Milestone& act) {
    return act.act == Act::FirstProduction;
  });
  if (!declared && facts.inferred && facts.inferred->first <= now) {
    Milestone first;
    first.act = Act::FirstProduction;
    first.source = "inferred";
    first.id = facts.inferred->evidence;
    first.project = facts.id;
    first.time = facts.inferred->first;
    happened_.push_back(std::move(first));
  }
  std::sort(happened_.begin(), happened_.end(), earlier);
}

Acts LifecycleCase::select(std::initializer_list<Act> kinds, const Scope& scope) const {
  Acts acts;
  for (const Milestone& act : happened_) {
    const bool wanted = std::find(kinds.begin(), kinds.end(), act.act) != kinds.end();
    if (wanted && in_scope(act, scope)) acts.push_back(&act);
  }
  return acts;
}

std::vector<std::string> LifecycleCase::lanes() const {
  std::set<std::string> phases{""};
  for (const Milestone& act : happened_) phases.insert(act.phase);
  return {phases.begin(), phases.end()};
}

std::vector<std::string> LifecycleCase::items(std::initializer_list<Act> kinds) const {
  std::set<std::string> names;
  for (const Milestone* act : select(kinds)) names.insert(act->item);
  return {names.begin(), names.end()};
}

std::string LifecycleCase::subject(std::string_view phase, std::string_view item) const {
  std::string text = facts_.id;
  if (!phase.empty()) text.append("@").append(phase);
  if (!item.empty()) text.append("/").append(item);
  return text;
}

bool LifecycleCase::in_force(std::string_view rule, EventTime act) const {
  return rules_.find(rule, "basis", act) != nullptr;
}

std::vector<Stretch> LifecycleCase::stretches(std::vector<EventTime> changes,
                                              const std::function<bool(EventTime)>& holds) const {
  std::sort(changes.begin(), changes.end());
  std::vector<Stretch> found;
  for (const EventTime at : changes) {
    if (at > now_) break;
    const bool running = !found.empty() && !found.back().to;
    if (holds(at) == running) continue;
    if (running) {
      found.back().to = at;
    } else {
      found.push_back({at, std::nullopt});
    }
  }
  return found;
}

std::optional<EventTime> LifecycleCase::first_cure(
    const Acts& acts, EventTime start, const std::function<bool(EventTime)>& cured) const {
  for (const Milestone* act : acts) {
    if (act->time > start && cured(act->time)) return act->time;
  }
  return std::nullopt;
}

void LifecycleCase::broken_by(std::string_view rule, const std::string& subject, EventTime act,
                              const Acts& looked_at, const std::function<bool(EventTime)>& cured) {
  if (cured(act)) return;
  LifecycleFinding found{rule, subject, act, act};
  found.end = first_cure(looked_at, act, cured);
  add_breach(found, looked_at);
}

void LifecycleCase::clock(std::string_view rule, const std::string& subject, EventTime act,
                          EventTime deadline, std::optional<EventTime> done, const Acts& looked_at,
                          const std::string& doubt) {
  if (done && *done < deadline) return;
  LifecycleFinding found{rule, subject, act, deadline, done, deadline};
  found.doubt = doubt;
  if (deadline <= now_) {
    add_breach(found, looked_at);
  } else {
    found.start = act;
    add_due(found, looked_at);
  }
}

void LifecycleCase::add_breach(const LifecycleFinding& found, const Acts& looked_at) {
  if (found.start > now_) return;
  add(found, looked_at, found.end ? Violation::State::Ended : Violation::State::Ongoing);
}

void LifecycleCase::add_due(const LifecycleFinding& found, const Acts& looked_at) {
  check(found.due && *found.due > now_);
  add(found, looked_at, Violation::State::Due);
}

void LifecycleCase::add(const LifecycleFinding& found, const Acts& looked_at,
                        Violation::State state) {
  const LifecycleEntry* basis = rules_.find(found.rule, "basis", found.origin);
  if (basis == nullptr) return;
  Violation violation;
  violation.rule = found.rule;
  violation.subject = found.subject;
  violation.start = found.start;
  violation.state = state;
  violation.end = found.end;
  violation.due = found.due;
  if (state == Violation::State::Due) {
    const int ahead = rules_.number(found.rule, "warn_ahead_days", found.origin);
    const bool near = *found.due - now_ <= std::chrono::hours(24) * ahead;
    violation.severity = near ? "warning" : "info";
  } else {
    violation.severity = rules_.word(found.rule, found.severity, found.origin);
  }
  violation.basis = basis->standard + (basis->clause == "unknown" ? " clause " : " ") +
                    basis->clause + (basis->sure ? "" : " (unsure)");
  if (!found.doubt.empty()) violation.basis += "; " + found.doubt;
  violation.evidence = evidence_text(looked_at, found.origin, found.end);
  violations_.push_back(std::move(violation));
}

std::vector<Violation> LifecycleCase::take() {
  std::sort(violations_.begin(), violations_.end(), [](const Violation& a, const Violation& b) {
    return std::tie(a.rule, a.subject, a.start) < std::tie(b.rule, b.subject, b.start);
  });
  return std::exchange(violations_, {});
}

}  // namespace parkwatch
