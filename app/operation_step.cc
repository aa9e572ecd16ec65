#include "app/operation_step.h"

#include <algorithm>

#include "app/mark_rows.h"
#include "app/rows.h"
#include "processors/operation_day.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::chrono::milliseconds hour_length = hours(1);

Violation violation_for(const OperationSubject& subject, const OperationBreach& breach) {
  Violation violation;
  violation.rule = subject.rule;
  violation.subject = subject.subject;
  violation.start = breach.start;
  violation.state = breach.end ? Violation::State::Ended : Violation::State::Ongoing;
  violation.end = breach.end;
  violation.severity = breach.severity;
  violation.mass_kg = breach.mass_kg;
  violation.basis = breach.basis;
  violation.evidence = breach.evidence;
  return violation;
}

/// Runs of days as days.
std::vector<OperationRun> days_of(const std::vector<OperationRun>& runs, const Zone& zone) {
  std::vector<OperationRun> days;
  for (const OperationRun& run : runs) {
    for (EventTime day = run.start; day < run.end; day = zone.day_end(day)) {
      days.push_back({day, zone.day_end(day)});
    }
  }
  return days;
}

}  // namespace

OperationStep::OperationStep(std::string park, const Plan& plan, const Zone& zone, WorkingSet& rows,
                             DeviceHourCache& hours_of)
    : park_(park),
      plan_(plan),
      zone_(zone),
      rows_(rows),
      hours_(hours_of),
      minutes_(std::move(park), rows) {}

void OperationStep::touch_hour(const OperationSite& site, EventTime hour, std::int64_t offset) {
  std::int64_t& last = touched_hours_[hour].try_emplace(&site, -1).first->second;
  last = std::max(last, offset);
}

void OperationStep::touch_day(const OperationSite& site, EventTime time, std::int64_t offset) {
  std::int64_t& last = touched_days_[zone_.day_start(time)].try_emplace(&site, -1).first->second;
  last = std::max(last, offset);
}

void OperationStep::touch_value(const OperationSite& site, Kind kind, EventTime time,
                                const Device* device, std::int64_t offset) {
  static const Device unregistered;
  const EventTime at = interval_start(kind, time, device == nullptr ? unregistered : *device);
  if (kind == Kind::Day) {
    touch_day(site, at, offset);
    return;
  }
  const TouchedHours reach = operation_hours_of(plan_, site, at);
  for (EventTime hour = reach.first; hour <= reach.last; hour = hour + hour_length) {
    touch_hour(site, hour, offset);
  }
}

void OperationStep::touch_outlet(const std::string& outlet, EventTime hour, std::int64_t offset) {
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    if (!site->outlets.contains(outlet)) continue;
    touch_hour(*site, hour, offset);
    touch_day(*site, hour, offset);  // the day's breach sums the masses of its hours
  }
}

void OperationStep::close_hour(EventTime hour) {
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    // Treatment before a production start in this hour lies in earlier ones.
    for (EventTime at = operation_hours_of(plan_, *site, hour).first; at <= hour;
         at = at + hour_length) {
      touch_hour(*site, at, -1);
    }
  }
}

void OperationStep::close_day(EventTime day_start) {
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    touched_days_[day_start].try_emplace(site, -1);
  }
}

void OperationStep::rejudge_hour(EventTime hour) {
  rejudged_.insert(hour);
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    touch_period(*site, hour, hour + hour_length, -1);
    touch_day(*site, hour, -1);
  }
}

void OperationStep::touch_period(const OperationSite& site, EventTime from, EventTime to,
                                 std::int64_t offset) {
  const EventTime last = operation_hours_of(plan_, site, to - minutes(1)).last;
  for (EventTime hour = operation_hours_of(plan_, site, from).first; hour <= last;
       hour = hour + hour_length) {
    touch_hour(site, hour, offset);
  }
}

void OperationStep::add(Changes& changes, const OperationSite* site,
                        const OperationSubject& subject, EventTime first, EventTime last,
                        std::int64_t offset) {
  const auto [at, fresh] = changes.try_emplace({site, subject});
  OperationChange& change = at->second;
  if (fresh) {
    change.site = site;
    change.subject = subject;
    change.first = first;
    change.last = last;
  }
  change.first = std::min(change.first, first);
  change.last = std::max(change.last, last);
  change.offset = std::max(change.offset, offset);
}

void OperationStep::write_findings(const OperationSite& site, EventTime hour,
                                   const std::vector<Finding>& findings) {
  const WindowKey key{park_, LimitSpan::Hour, hour, true};
  std::set<Key> kept;
  for (const Finding& finding : findings) {
    Row row = quality_row(key, finding);
    kept.insert({row.begin(), row.begin() + 6});
    rows_.put(TableId::Quality, std::move(row));
  }
  std::set<std::string> meters;
  for (const Meter& meter : site.meters) meters.insert("meter/" + meter.mn);
  for (const std::string& meter : meters) {
    for (const Row* row :
         rows_.rows(TableId::Quality, {park_, std::string("hour"), cell(hour), meter})) {
      const Key full(row->begin(), row->begin() + 6);
      if (!kept.contains(full)) rows_.erase(TableId::Quality, full);
    }
  }
}

void OperationStep::judge_hour(const OperationSite& site, EventTime hour, std::int64_t offset,
                               Changes& changes) {
  const std::string* park = site.park_at(hour);
  OperationHour judged;
  if (park != nullptr && *park == park_) {
    const DeviceHours lookup = [this](std::string_view mn, EventTime at) {
      return hours_.find(mn, at);
    };
    const std::vector<OperationOrder> marks = marks_of(site, hour);
    judged = OperationJudge(plan_, site, hour, closed_until_, lookup, marks).judge();
  } else {
    for (const OperationSubject& subject : site.subjects()) {
      if (subject.rule != "TS-O06") judged.held[subject];
    }
    for (const Meter& meter : site.meters) {
      if (meter.of == UnitOf::Line) judged.running[meter.unit];
    }
  }
  for (const auto& [subject, held] : judged.held) {
    minutes_.set_hour(subject, hour, held);
    add(changes, &site, subject, hour, hour, offset);
  }
  bool days_too = false;
  for (const auto& [line, on] : judged.running) {
    days_too = minutes_.set_hour({SiteMinutes::running, line}, hour, on) || days_too;
  }
  if (days_too) touch_day(site, hour, offset);
  write_findings(site, hour, judged.findings);
}

void OperationStep::judge_day(const OperationSite& site, EventTime day, std::int64_t offset,
                              Changes& changes) {
  const std::string* park = site.park_at(day);
  const bool here = park != nullptr && *park == park_;
  const EventTime end = zone_.day_end(day);
  const DeviceHours lookup = [this](std::string_view mn, EventTime at) {
    return hours_.find(mn, at);
  };
  for (const TreatmentGroup& group : site.groups()) {
    const OperationSubject subject{"TS-O06", group.line + "/" + group.group};
    const std::int64_t produced =
        minutes_within(minutes_.runs({SiteMinutes::running, group.line}), day, end);
    const bool held =
        here && run_time_too_short(plan_, site, group, day, end, produced, lookup).value_or(false);
    minutes_.set_day(subject, day, end, held);
    add(changes, &site, subject, day, end - hour_length, offset);
  }
}

/// What another set judged and this one does not know at all is no breach any more.
void OperationStep::erase_former(EventTime from, EventTime to, Changes& changes) {
  std::set<OperationSubject> known;
  std::set<std::string> meters;
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    known.merge(site->subjects());
    for (const Meter& meter : site->meters) {
      meters.insert("meter/" + meter.mn);
      if (meter.of == UnitOf::Line) known.insert({SiteMinutes::running, meter.unit});
    }
    for (const Treatment& row : site->treatments) known.insert({SiteMinutes::running, row.line});
  }
  for (const OperationSubject& subject : minutes_.subjects()) {
    if (known.contains(subject)) continue;
    minutes_.erase(subject);
    if (subject.rule != SiteMinutes::running) add(changes, nullptr, subject, from, to, -1);
  }
  for (EventTime hour = from; hour <= to; hour = hour + hour_length) {
    for (const Row* row : rows_.rows(TableId::Quality, {park_, std::string("hour"), cell(hour)})) {
      const std::string& outlet = text_of((*row)[3]);
      if (!outlet.starts_with("meter/") || meters.contains(outlet)) continue;
      rows_.erase(TableId::Quality, {row->begin(), row->begin() + 6});
    }
  }
}

/// What the marks of the site's outlets declare for the hour, late ones too: they are declarations
/// all the same. Marks that were withdrawn or that the outlet's scheme does not know say nothing.
std::vector<OperationOrder> OperationStep::marks_of(const OperationSite& site, EventTime hour) {
  std::vector<OperationOrder> declared;
  for (const std::string& id : site.outlets) {
    const OutletPlan* outlet = plan_.outlet(id);
    const Outlet* row = outlet == nullptr ? nullptr : outlet->row_at(hour);
    if (row == nullptr) continue;
    for (const Row* stored : rows_.rows(TableId::Mark, {park_, id})) {
      const Mark mark = mark_of(*stored);
      if (mark.standing != Mark::Standing::Holds || mark.scheme != row->mark_scheme) continue;
      for (const MarkRule& rule : plan_.mark_scheme(mark.scheme)) {
        if (rule.mark != mark.mark || !rule.validity.covers(hour)) continue;
        const bool stopped = rule.effect == MarkEffect::Stopped;
        declared.push_back({site.enterprise,
                            id,
                            stopped ? OperationOrder::Kind::Stop : OperationOrder::Kind::Marked,
                            std::nullopt,
                            mark.id,
                            {mark.from, mark.to}});
      }
    }
  }
  return declared;
}

std::vector<FactorMass> OperationStep::masses(const std::string& outlet, EventTime hour) {
  std::vector<FactorMass> found;
  for (const Row* row :
       rows_.rows(TableId::OutletWindow, {park_, std::string("hour"), cell(hour), outlet})) {
    const Factor* factor = plan_.factor(text_of((*row)[4]));
    if (factor == nullptr || factor->role != FactorRole::Pollutant) continue;
    found.push_back({factor->code, mass_of((*row)[16])});
  }
  return found;
}

/// The change's violations; false where nothing of the subject's can have changed. A breach that
/// ended before the judged hours is taken as it is stored.
bool OperationStep::fill(OperationChange& change) {
  const Key prefix{park_, change.subject.rule, change.subject.subject};
  std::map<EventTime, const Row*> stored;
  for (const Row* row : rows_.rows(TableId::Violation, prefix)) {
    stored.emplace(EventTime(number_of((*row)[3])), row);
  }
  if (change.site == nullptr) return !stored.empty();
  const HourMasses mass_of_hour = [this](const std::string& outlet, EventTime hour) {
    return masses(outlet, hour);
  };
  const OperationCase of{plan_.operation().rules(), *change.site, change.subject, closed_until_,
                         mass_of_hour};
  std::vector<OperationRun> runs = whole_runs(of, minutes_.runs(change.subject));
  if (change.subject.rule == "TS-O06") runs = days_of(runs, zone_);
  const EventTime judged_end = change.last + hour_length;
  for (const OperationRun& run : runs) {
    const bool judged = run.start <= judged_end && run.end >= change.first;
    if (!judged) {
      const auto known = stored.find(run.start);
      if (known != stored.end()) change.violations.push_back(violation_of(*known->second));
    } else if (const std::optional<OperationBreach> breach = breach_of(of, run)) {
      change.violations.push_back(violation_for(change.subject, *breach));
    }
  }
  return !stored.empty() || !change.violations.empty();
}

std::vector<Violation> OperationStep::violations_of(const OperationSite& site,
                                                    const OperationSubject& subject,
                                                    EventTime closed_until) {
  closed_until_ = closed_until;
  OperationChange all{&site, subject, EventTime{}, closed_until, -1, {}};
  fill(all);
  return std::move(all.violations);
}

std::vector<OperationChange> OperationStep::judge(EventTime closed_until) {
  closed_until_ = closed_until;
  Changes changes;
  if (!rejudged_.empty()) erase_former(*rejudged_.begin(), *rejudged_.rbegin(), changes);
  rejudged_.clear();
  for (const auto& [hour, sites] : touched_hours_) {
    if (hour + hour_length > closed_until) break;
    for (const auto& [site, offset] : sites) judge_hour(*site, hour, offset, changes);
  }
  touched_hours_.clear();
  for (const auto& [day, sites] : touched_days_) {
    if (zone_.day_end(day) > closed_until) break;
    for (const auto& [site, offset] : sites) judge_day(*site, day, offset, changes);
  }
  touched_days_.clear();
  std::vector<OperationChange> filled;
  for (auto& [key, change] : changes) {
    if (fill(change)) filled.push_back(std::move(change));
  }
  return filled;
}

}  // namespace parkwatch
