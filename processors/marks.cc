#include "processors/marks.h"

#include <algorithm>
#include <utility>

#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds hour_length = hours(1);

using Period = std::pair<EventTime, EventTime>;  // [first, second)

milliseconds joined_length(std::vector<Period> periods) {
  std::sort(periods.begin(), periods.end());
  milliseconds length(0);
  EventTime reached = periods.empty() ? EventTime() : periods.front().first;
  for (const auto& [from, to] : periods) {
    const EventTime begin = std::max(from, reached);
    if (to > begin) length += to - begin;
    reached = std::max(reached, to);
  }
  return length;
}

bool is_auxiliary(FactorRole role) {
  return role != FactorRole::Pollutant && role != FactorRole::Ph && role != FactorRole::Other;
}

EventTime deadline_of(const MarkRule& rule, const Zone& zone, EventTime at) {
  return zone.day_end(at) + hours(rule.deadline_hour);
}

/// The end of the part of a mark that counts.
EventTime counted_end(const Mark& mark, const MarkRule& rule) {
  if (rule.mark_hours == 0) return mark.to;
  return std::min(mark.to, mark.from + hours(rule.mark_hours));
}

}  // namespace

std::string_view mark_state_name(MarkState state) {
  switch (state) {
    case MarkState::Effective:
      return "effective";
    case MarkState::Overlapping:
      return "overlapping";
    case MarkState::PartlyLate:
      return "partly_late";
    case MarkState::Late:
      return "late";
    case MarkState::Revoked:
      return "revoked";
    case MarkState::False:
      return "false";
    case MarkState::ForeignOutlet:
      return "foreign_outlet";
    case MarkState::OtherScheme:
      return "other_scheme";
    case MarkState::UnknownMark:
      return "unknown_mark";
    case MarkState::NamesFactor:
      return "names_factor";
  }
  return {};
}

MarkState own_state(const Mark& mark) {
  if (mark.standing == Mark::Standing::Revoked) return MarkState::Revoked;
  return mark.standing == Mark::Standing::False ? MarkState::False : MarkState::Effective;
}

struct OutletMarks::Covering {
  const MarkRule* rule = nullptr;
  std::vector<Period> periods;

  bool enough() const {
    const milliseconds length = joined_length(periods);
    const milliseconds needed = minutes(rule->minutes);
    return rule->equipment ? length > needed : length >= needed;
  }
};

OutletMarks::OutletMarks(const Plan& plan, const OutletPlan& outlet, const Zone& zone,
                         std::vector<Mark> marks)
    : plan_(plan), outlet_(outlet), zone_(zone), marks_(std::move(marks)) {
  find_hours_beyond_caps();
}

int OutletMarks::year_of(EventTime at) const {
  return civil_time(at.milliseconds(), zone_.offset_at(at)).year;
}

const MarkRule* OutletMarks::rule_of(const Mark& mark, EventTime at) const {
  const Outlet* row = outlet_.row_at(at);
  if (row == nullptr || row->mark_scheme != mark.scheme) return nullptr;
  for (const MarkRule& rule : plan_.mark_scheme(mark.scheme)) {
    if (rule.mark == mark.mark && rule.validity.covers(at)) return &rule;
  }
  return nullptr;
}

/// Whether a mark is about a factor; what others are computed from concerns the whole outlet.
bool OutletMarks::concerns(const Mark& mark, const MarkRule& rule,
                           const std::string* factor) const {
  if (mark.factor.empty()) return true;
  if (!rule.equipment) return false;
  if (factor == nullptr || mark.factor == *factor) return true;
  const Factor* named = plan_.factor(mark.factor);
  return named != nullptr && is_auxiliary(named->role);
}

bool OutletMarks::in_time(const Mark& mark, const MarkRule& rule, EventTime at) const {
  return mark.received.milliseconds() <= deadline_of(rule, zone_, at).milliseconds();
}

/// By mark, what counts of those that hold; `factor` null: for any of them.
std::vector<OutletMarks::Covering> OutletMarks::coverings(EventTime hour,
                                                          const std::string* factor) const {
  std::map<std::string_view, Covering> by_mark;
  const EventTime end = hour + hour_length;
  for (const Mark& mark : marks_) {
    if (mark.standing != Mark::Standing::Holds || mark.from >= end || mark.to <= hour) continue;
    const MarkRule* rule = rule_of(mark, hour);
    if (rule == nullptr || !concerns(mark, *rule, factor) || !in_time(mark, *rule, hour)) continue;
    const Period part{std::max(mark.from, hour), std::min(counted_end(mark, *rule), end)};
    if (part.second <= part.first) continue;
    Covering& covering = by_mark[mark.mark];
    covering.rule = rule;
    covering.periods.push_back(part);
  }
  std::vector<Covering> found;
  for (auto& [mark, covering] : by_mark) {
    if (covering.enough()) found.push_back(std::move(covering));
  }
  return found;
}

bool OutletMarks::covers(EventTime hour) const {
  return !coverings(hour, nullptr).empty();
}

const MarkRule* OutletMarks::rule_at(EventTime hour, const std::string& factor) const {
  const MarkRule* decides = nullptr;
  const auto rank = [](const MarkRule& rule) {
    constexpr int ranks[] = {0, 2, 1};  // stopped, exempt, invalid
    return std::pair(ranks[static_cast<std::size_t>(rule.effect)], std::string_view(rule.mark));
  };
  for (const Covering& covering : coverings(hour, &factor)) {
    const MarkRule& rule = *covering.rule;
    const std::vector<std::string>& only = rule.factors;
    if (!only.empty() && std::find(only.begin(), only.end(), factor) == only.end()) continue;
    const auto beyond = beyond_.find(rule.year_group);
    if (beyond != beyond_.end() && beyond->second.contains(hour)) continue;
    if (decides == nullptr || rank(rule) < rank(*decides)) decides = &rule;
  }
  return decides;
}

/// Of the hours that the marks of a group cover in a local year, the first ones up to the cap are
/// exempt; which these are depends on the marks alone.
void OutletMarks::find_hours_beyond_caps() {
  std::set<EventTime> candidates;
  for (const Mark& mark : marks_) {
    const std::vector<MarkRule>& scheme = plan_.mark_scheme(mark.scheme);
    const bool capped = std::any_of(scheme.begin(), scheme.end(), [&](const MarkRule& rule) {
      return rule.mark == mark.mark && !rule.year_group.empty();
    });
    if (!capped || mark.standing != Mark::Standing::Holds) continue;
    for (EventTime hour = floor_to(mark.from, hour_length); hour < mark.to;
         hour = hour + hour_length) {
      candidates.insert(hour);
    }
  }
  std::map<std::pair<std::string, int>, std::int64_t> counts;  // by group and year
  for (const EventTime hour : candidates) {
    std::map<std::string, std::int64_t> groups;  // of this hour, with their cap
    for (const Covering& covering : coverings(hour, nullptr)) {
      groups.emplace(covering.rule->year_group, covering.rule->year_hours);
    }
    groups.erase("");
    for (const auto& [group, cap] : groups) {
      if (++counts[{group, year_of(hour)}] > cap) beyond_[group].insert(hour);
    }
  }
}

bool OutletMarks::contradicted(const Mark& mark) const {
  return std::any_of(marks_.begin(), marks_.end(), [&](const Mark& other) {
    if (&other == &mark || other.mark == mark.mark) return false;
    if (other.standing != Mark::Standing::Holds) return false;
    const EventTime from = std::max(mark.from, other.from);
    if (from >= std::min(mark.to, other.to)) return false;
    if (!mark.factor.empty() && !other.factor.empty() && mark.factor != other.factor) return false;
    const MarkRule* rule = rule_of(mark, from);
    const MarkRule* its = rule_of(other, from);
    return rule != nullptr && its != nullptr && rule->equipment == its->equipment;
  });
}

MarkState OutletMarks::state_of(const Mark& mark) const {
  if (mark.standing != Mark::Standing::Holds) return own_state(mark);
  const Outlet* row = outlet_.row_at(mark.from);
  if (row == nullptr) return MarkState::ForeignOutlet;
  if (row->mark_scheme != mark.scheme) return MarkState::OtherScheme;
  const MarkRule* rule = rule_of(mark, mark.from);
  if (rule == nullptr) return MarkState::UnknownMark;
  if (!rule->equipment && !mark.factor.empty()) return MarkState::NamesFactor;
  if (!in_time(mark, *rule, mark.to - milliseconds(1))) return MarkState::Late;
  if (!in_time(mark, *rule, mark.from)) return MarkState::PartlyLate;
  return contradicted(mark) ? MarkState::Overlapping : MarkState::Effective;
}

std::vector<MarkState> OutletMarks::states() const {
  std::vector<MarkState> states;
  for (const Mark& mark : marks_) states.push_back(state_of(mark));
  return states;
}

std::optional<EventTime> mark_deadline(const Plan& plan, const OutletPlan& outlet, const Zone& zone,
                                       EventTime at) {
  const Outlet* row = outlet.row_at(at);
  if (row == nullptr) return std::nullopt;
  std::optional<EventTime> latest;
  for (const MarkRule& rule : plan.mark_scheme(row->mark_scheme)) {
    if (!rule.validity.covers(at)) continue;
    const EventTime deadline = deadline_of(rule, zone, at);
    latest = std::max(latest.value_or(deadline), deadline);
  }
  return latest;
}

bool waits_for_mark(const Plan& plan, const OutletPlan& outlet, const Zone& zone, EventTime start,
                    EventTime now) {
  const std::optional<EventTime> deadline = mark_deadline(plan, outlet, zone, start);
  return deadline && now < *deadline;
}

}  // namespace parkwatch
