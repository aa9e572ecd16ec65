#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/day_count.h"
#include "processors/lifecycle.h"

namespace parkwatch {

/// Acts in the order of time, source and id.
using Acts = std::vector<const Milestone*>;

/// All of them in their order.
Acts merged(std::initializer_list<Acts> parts);
/// The first of them; nothing where there is none.
std::optional<EventTime> first_time(const Acts& acts);
/// The last of them that has happened at `at`, or nullptr.
const Milestone* last_at(const Acts& acts, EventTime at);

/// How far an act reaches.
struct Scope {
  std::optional<std::string> phase;  // nothing: any
  std::optional<std::string> item;   // facility, change or order; nothing: any
};

/// [from, to) in which something held; without `to` it still does.
struct Stretch {
  EventTime from{};
  std::optional<EventTime> to;
};

/// What a rule has found, before its basis and severity are looked up.
struct LifecycleFinding {
  std::string_view rule;
  std::string subject;
  EventTime origin{};  // the act that the law asks about: picks basis and parameters
  EventTime start{};   // of the breach
  std::optional<EventTime> end{};
  std::optional<EventTime> due{};
  std::string_view severity = "severity";  // name of the entry
  std::string doubt{};                     // added to the basis
};

/// One project at one time: its acts, the rules, and the violations found so far.
class LifecycleCase {
 public:
  /// All outlive it.
  LifecycleCase(const ProjectFacts& facts, const LifecycleRules& rules, const Zone& zone,
                EventTime now);

  const LifecycleRules& rules() const { return rules_; }
  const DayCount& days() const { return days_; }
  EventTime now() const { return now_; }
  const ProjectFacts& facts() const { return facts_; }
  Acts select(std::initializer_list<Act> kinds, const Scope& scope = {}) const;
  /// Phases that acts name, ascending; the empty one, the whole project, always.
  std::vector<std::string> lanes() const;
  /// The names of what acts of these kinds are about, ascending.
  std::vector<std::string> items(std::initializer_list<Act> kinds) const;
  /// PROJECT, PROJECT@PHASE, or either with /ITEM.
  std::string subject(std::string_view phase, std::string_view item = {}) const;
  /// Whether the rule has a basis at the date of the act.
  bool in_force(std::string_view rule, EventTime act) const;

  /// When `holds` is true, which changes at these instants only; later ones than now are left out.
  std::vector<Stretch> stretches(std::vector<EventTime> changes,
                                 const std::function<bool(EventTime)>& holds) const;
  /// The first instant after `start` at which one of the acts makes `cured` true.
  std::optional<EventTime> first_cure(const Acts& acts, EventTime start,
                                      const std::function<bool(EventTime)>& cured) const;

  /// A breach that began with an act and lasts until it is cured.
  void broken_by(std::string_view rule, const std::string& subject, EventTime act,
                 const Acts& looked_at, const std::function<bool(EventTime)>& cured);
  /// Something that must be done by the deadline: due before it, broken from it on until it is
  /// done.
  void clock(std::string_view rule, const std::string& subject, EventTime act, EventTime deadline,
             std::optional<EventTime> done, const Acts& looked_at, const std::string& doubt = {});
  /// A breach: [start, end). One that would begin after now is none yet.
  void add_breach(const LifecycleFinding& found, const Acts& looked_at);
  /// A due date ahead of now; `start` is where its clock began.
  void add_due(const LifecycleFinding& found, const Acts& looked_at);

  /// By rule, subject and start.
  std::vector<Violation> take();

 private:
  void add(const LifecycleFinding& found, const Acts& looked_at, Violation::State state);

  const ProjectFacts& facts_;
  const LifecycleRules& rules_;
  DayCount days_;
  EventTime now_;
  std::vector<Milestone> happened_;
  std::vector<Violation> violations_;
};

void judge_building(LifecycleCase& project);    // TS-L01 to TS-L05, TS-L12
void judge_acceptance(LifecycleCase& project);  // TS-L06 to TS-L10, TS-L15
void judge_production(LifecycleCase& project);  // TS-L11, TS-L13, TS-L14

}  // namespace parkwatch
