#include "processors/operation_hour.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using MarkOf = OperationOrder::Kind;

OperationFrame frame_of(const OperationRules& rules, const OperationSite& site, EventTime hour,
                        EventTime until) {
  const std::int64_t look_back = rules.whole("state", "look_back_minutes", site.enterprise, hour);
  const std::int64_t flat = rules.whole("TS-O08", "minutes", site.enterprise, hour);
  const std::int64_t warm_up = rules.whole("TS-O02", "warm_up_minutes", site.enterprise, hour);
  OperationFrame frame;
  frame.hour = hour;
  frame.back = static_cast<std::size_t>(std::max(look_back, flat));
  frame.ahead = static_cast<std::size_t>(std::max(site.warm_up_minutes_max(), warm_up));
  frame.until = until;
  return frame;
}

}  // namespace

TouchedHours operation_hours_of(const Plan& plan, const OperationSite& site, EventTime minute) {
  const OperationRules& rules = plan.operation().rules();
  const std::int64_t back =
      std::max(rules.greatest("state", "look_back_minutes"), rules.greatest("TS-O08", "minutes"));
  const std::int64_t ahead =
      std::max(site.warm_up_minutes_max(), rules.greatest("TS-O02", "warm_up_minutes"));
  return {floor_to(minute - minutes(ahead), hours(1)), floor_to(minute + minutes(back), hours(1))};
}

OperationJudge::OperationJudge(const Plan& plan, const OperationSite& site, EventTime hour,
                               EventTime until, const DeviceHours& hours_of,
                               std::span<const OperationOrder> marks)
    : plan_(plan),
      site_(site),
      rules_(plan.operation().rules()),
      hours_(hours_of),
      marks_(site.orders),
      state_rule_(rules_, site.enterprise, hour),
      frame_(frame_of(rules_, site, hour, until)) {
  const std::int64_t closed = (until - frame_.at(0)) / minutes(1);
  check(closed >= static_cast<std::int64_t>(frame_.last()));  // only closed hours are judged
  end_ = std::min(frame_.size(), static_cast<std::size_t>(closed));
  for (const OperationOrder& mark : marks) {
    if (mark.enterprise == site.enterprise) marks_.push_back(mark);
  }
}

OperationHour OperationJudge::judge() {
  for (const OperationSubject& subject : site_.subjects()) {
    if (subject.rule != "TS-O06") result_.held[subject];
  }
  gather();
  for (const MeterFacts& facts : meters_) {
    note_findings(facts);
    judge_silence(facts);
  }
  for (const TreatmentGroup& group : site_.groups()) judge_group(group);
  for (const Treatment& treatment : site_.treatments) {
    judge_load(treatment);
    judge_bypass(treatment);
    judge_flat(treatment);
  }
  for (const auto& [subject, held] : OperationHour(result_).held) {
    const auto [first, second] = subject_parts(subject.subject);
    if (subject.rule == "TS-O05") judge_reported(first);
    if (subject.rule == "TS-O10") judge_collapse(first, second);
    if (subject.rule == "TS-O11") judge_stop_marks(first);
  }
  return std::move(result_);
}

void OperationJudge::gather() {
  for (const Meter& meter : site_.meters) {
    MeterFacts facts{&meter, {}, {}, {}};
    const Device* device = plan_.device(meter.mn, frame_.hour).device;
    facts.minutes = gather_meter(meter, device, frame_, state_rule_.unknown_after_minutes, hours_);
    facts.states = run_states(facts.minutes.values, meter, state_rule_, end_);
    facts.silent = silent_minutes(facts.minutes.values, state_rule_.unknown_after_minutes, end_);
    meters_.push_back(std::move(facts));
  }
}

/// A meter that said nothing at all in the hour is TS-O09's business.
void OperationJudge::note_findings(const MeterFacts& facts) {
  const auto add = [&](const char* finding, std::int64_t count, const char* what) {
    if (count == 0) return;
    result_.findings.push_back({"meter/" + facts.meter->mn, facts.meter->factor, finding,
                                std::to_string(count) + " " + what});
  };
  add("negative_power", facts.minutes.negative, "values below 0");
  add("counter_reset", facts.minutes.resets, "falls of the counter");
  std::int64_t silent = 0;
  std::int64_t present = 0;
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    if (!facts.meter->validity.covers(frame_.at(i))) continue;
    silent += facts.silent[i] ? 1 : 0;
    present += facts.minutes.values[i] ? 1 : 0;
  }
  if (present > 0) add("meter_gap", silent, "minutes long without a value");
}

/// On where any of its meters is, off where all are.
OperationJudge::States OperationJudge::unit_states(UnitOf of, const std::string& unit) const {
  States states(frame_.size(), RunState::Unknown);
  for (std::size_t i = 0; i < end_; ++i) {
    bool any = false;
    bool all_off = true;
    for (const MeterFacts& facts : meters_) {
      const Meter& meter = *facts.meter;
      if (meter.of != of || meter.unit != unit || meter.signal == MeterSignal::Damper) continue;
      if (!meter.validity.covers(frame_.at(i))) continue;
      any = true;
      all_off = all_off && facts.states[i] == RunState::Off;
      if (facts.states[i] == RunState::On) states[i] = RunState::On;
    }
    if (any && all_off) states[i] = RunState::Off;
  }
  return states;
}

const OperationJudge::States& OperationJudge::states_of(UnitOf of, const std::string& unit) {
  const auto known = units_.find({of, unit});
  if (known != units_.end()) return known->second;
  States states = unit_states(of, unit);
  if (of == UnitOf::Line) {
    MinuteSet& running = result_.running[unit];
    for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
      running[i - frame_.first()] = states[i] == RunState::On;
    }
  }
  return units_.emplace(std::pair(of, unit), std::move(states)).first->second;
}

bool OperationJudge::marked(MarkOf kind, const std::string& unit, EventTime at) const {
  return std::any_of(marks_.begin(), marks_.end(), [&](const OperationOrder& mark) {
    return mark.kind == kind && mark.validity.covers(at) &&
           (mark.unit.empty() || mark.unit == unit);
  });
}

bool OperationJudge::excused(const std::string& facility, EventTime at) const {
  return marked(MarkOf::Maintenance, facility, at) || marked(MarkOf::Fault, facility, at);
}

/// Approved maintenance excuses a facility; a declared fault does for as long as production needs
/// to stop (GB 37822-2019 10.1).
bool OperationJudge::excused_from_production(const std::string& facility, EventTime at) const {
  if (marked(MarkOf::Maintenance, facility, at)) return true;
  const std::int64_t allowed =
      rules_.whole("TS-O01", "fault_stop_minutes", site_.enterprise, frame_.hour);
  return std::any_of(marks_.begin(), marks_.end(), [&](const OperationOrder& mark) {
    return mark.kind == MarkOf::Fault && (mark.unit.empty() || mark.unit == facility) &&
           mark.validity.covers(at) && at < mark.validity.from + minutes(allowed);
  });
}

/// On where enough of the group run or are excused, off where even the unknown ones would not make
/// enough, else unknown.
OperationJudge::States OperationJudge::group_states(const TreatmentGroup& group) {
  States states(frame_.size(), RunState::Unknown);
  for (std::size_t i = 0; i < end_; ++i) {
    const EventTime at = frame_.at(i);
    const std::vector<const Treatment*> members = site_.members_at(group, at);
    if (members.empty()) continue;
    std::int64_t on = 0;
    std::int64_t unknown = 0;
    for (const Treatment* member : members) {
      const RunState state = states_of(UnitOf::Facility, member->facility)[i];
      if (state == RunState::On || excused_from_production(member->facility, at)) {
        ++on;
      } else if (state == RunState::Unknown) {
        ++unknown;
      }
    }
    const std::int64_t required = OperationSite::required(members);
    if (on >= required) states[i] = RunState::On;
    if (on + unknown < required) states[i] = RunState::Off;
  }
  return states;
}

/// The group's warm-up (`before`) or run-on: the longest of its members'.
std::int64_t OperationJudge::group_minutes(const TreatmentGroup& group, EventTime at,
                                           bool before) const {
  const std::int64_t general =
      before ? rules_.whole("TS-O02", "warm_up_minutes", site_.enterprise, frame_.hour)
             : rules_.whole("TS-O03", "run_on_minutes", site_.enterprise, frame_.hour);
  std::int64_t longest = 0;
  for (const Treatment* member : site_.members_at(group, at)) {
    const auto& own = before ? member->warm_up_minutes : member->run_on_minutes;
    longest = std::max(longest, own.value_or(general));
  }
  return longest;
}

void OperationJudge::hold(const char* rule, const std::string& subject, std::size_t minute) {
  if (!in_hour(minute)) return;
  result_.held[{rule, subject}].set(minute - frame_.first());
}

void OperationJudge::judge_group(const TreatmentGroup& group) {
  const States line = states_of(UnitOf::Line, group.line);
  const States treatment = group_states(group);
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    if (line[i] == RunState::On && treatment[i] == RunState::Off) {
      hold("TS-O01", group.line + "/" + group.group, i);
    }
  }
  judge_starts(group, line, treatment);
  judge_stops(group, line, treatment);
}

/// TS-O02. From the warm-up before a start on, the minutes in which the treatment is off, until it
/// first runs after the start, production ends, or `reach_minutes` are over.
void OperationJudge::judge_starts(const TreatmentGroup& group, const States& line,
                                  const States& treatment) {
  const auto reach = static_cast<std::size_t>(
      rules_.whole("TS-O02", "reach_minutes", site_.enterprise, frame_.hour));
  for (std::size_t start = 1; start < end_; ++start) {
    if (line[start] != RunState::On || line[start - 1] != RunState::Off) continue;
    const auto warm_up = static_cast<std::size_t>(group_minutes(group, frame_.at(start), true));
    const std::string subject = group.line + "/" + group.group;
    for (std::size_t i = start - std::min(start, warm_up); i < start; ++i) {
      if (treatment[i] == RunState::Off) hold("TS-O02", subject, i);
    }
    for (std::size_t i = start; i < std::min(end_, start + reach); ++i) {
      if (line[i] != RunState::On || treatment[i] != RunState::Off) break;
      hold("TS-O02", subject, i);
    }
  }
}

/// TS-O03. After a stop, the minutes of the run-on in which the treatment is off.
void OperationJudge::judge_stops(const TreatmentGroup& group, const States& line,
                                 const States& treatment) {
  for (std::size_t stop = 1; stop < end_; ++stop) {
    if (line[stop] != RunState::Off || line[stop - 1] != RunState::On) continue;
    const auto run_on = static_cast<std::size_t>(group_minutes(group, frame_.at(stop), false));
    for (std::size_t i = stop; i < std::min(end_, stop + run_on); ++i) {
      if (line[i] == RunState::On) break;
      if (treatment[i] == RunState::Off) hold("TS-O03", group.line + "/" + group.group, i);
    }
  }
}

/// TS-O09.
void OperationJudge::judge_silence(const MeterFacts& facts) {
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    const EventTime at = frame_.at(i);
    if (!facts.silent[i] || !facts.meter->validity.covers(at)) continue;
    if (marked(MarkOf::Maintenance, facts.meter->unit, at)) continue;
    const bool neighbour_lives =
        std::any_of(meters_.begin(), meters_.end(), [&](const MeterFacts& other) {
          return other.meter != facts.meter && other.meter->validity.covers(at) && !other.silent[i];
        });
    if (neighbour_lives) hold("TS-O09", facts.meter->mn + "/" + facts.meter->factor, i);
  }
}

/// TS-O11.
void OperationJudge::judge_stop_marks(const std::string& line) {
  const States& states = states_of(UnitOf::Line, line);
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    if (states[i] != RunState::On) continue;
    const EventTime at = frame_.at(i);
    std::set<std::string> units = site_.outlets_of_line(line, at);
    units.insert({line, std::string()});
    const std::optional<Load> now = load(UnitOf::Line, line, i, false);
    const bool forbidden =
        std::any_of(marks_.begin(), marks_.end(), [&](const OperationOrder& mark) {
          const bool meant = mark.validity.covers(at) && units.contains(mark.unit);
          if (!meant) return false;
          if (mark.kind == MarkOf::Stop) return true;
          if (mark.kind != MarkOf::Limit) return false;
          return !mark.limit_percent ||
                 (now && compare_percent(now->value, now->rated, *mark.limit_percent) > 0);
        });
    if (forbidden) hold("TS-O11", line, i);
  }
}

}  // namespace parkwatch
