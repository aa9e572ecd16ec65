#include <stdexcept>
#include <utility>

#include "app/park_step.h"
#include "app/project_facts.h"

namespace parkwatch {

void ParkStep::write_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                            const OutletWindows& result, const std::vector<Verdict>& verdicts) {
  // Trails of limits that no longer judge the window go neutral, so all known ones are visited.
  std::map<std::string, TrailClass> classes;
  const auto subject_of = [&](const std::string& factor, const std::string& limit_id) {
    return EpisodeSubject{"exceedance", key.park, outlet.id, factor, limit_id, span_text(key.span)};
  };
  JudgedSubjects judged;
  for (const Verdict& verdict : verdicts) {
    if (verdict.limit_id.empty()) continue;
    TrailClass of = TrailClass::Neutral;
    if (verdict.state == "over" || verdict.state == "pending_mark") of = TrailClass::Opens;
    if (verdict.state == "compliant") of = TrailClass::Resolves;
    const EpisodeSubject subject = subject_of(verdict.factor, verdict.limit_id);
    judged.emplace(subject.rule, subject.text());
    set_trail(subject, key.start, end, of);
  }
  for (const auto& [factor, limits] : *outlet.limits) {
    for (const LimitPlan& limit : limits) {
      const EpisodeSubject subject = subject_of(factor, limit.id);
      if (limit.span == key.span && !judged.contains({subject.rule, subject.text()})) {
        set_trail(subject, key.start, end, TrailClass::Neutral);
      }
    }
  }
  if (key.span == LimitSpan::Hour) write_hour_trails(outlet, key, end, result, judged);
  if (rejudging_) close_former_trails(outlet, key, end, judged);
}

void ParkStep::write_hour_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                                 const OutletWindows& result, JudgedSubjects& judged) {
  bool any_value = false;
  for (const Window& window : result.windows) {
    any_value = any_value || window.first_arrival.has_value();
    TrailClass of = window.valid() ? TrailClass::Resolves : TrailClass::Neutral;
    if (window.over_range) of = TrailClass::Opens;
    const EpisodeSubject subject{"over_range", key.park, outlet.id, window.factor, "", "hour"};
    judged.emplace(subject.rule, subject.text());
    set_trail(subject, key.start, end, of);
  }
  TrailClass silent = any_value ? TrailClass::Resolves : TrailClass::Opens;
  if (result.windows.empty()) silent = TrailClass::Neutral;
  const EpisodeSubject subject{"silent", key.park, outlet.id, "", "", "hour"};
  judged.emplace(subject.rule, subject.text());
  set_trail(subject, key.start, end, silent);
}

/// What another set judged and this one does not opens and resolves nothing any more.
void ParkStep::close_former_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                                   const JudgedSubjects& judged) {
  for (const Row* row : rows_.rows(TableId::Trail, {park_})) {
    const std::string& rule = text_of((*row)[1]);
    const std::string& text = text_of((*row)[2]);
    if (rule == emission_trail) continue;
    const EpisodeSubject subject = EpisodeSubject::parse(rule, park_, text);
    if (subject.outlet != outlet.id || subject.span != span_text(key.span)) continue;
    if (!judged.contains({rule, text})) set_trail(subject, key.start, end, TrailClass::Neutral);
  }
}

/// The log of a subject in this run; nullptr where it has none and none is needed.
ParkStep::TouchedTrail* ParkStep::touched_trail(const EpisodeSubject& subject, bool needed) {
  const std::string text = subject.text();
  auto found = touched_trails_.find({subject.rule, text});
  if (found == touched_trails_.end()) {
    const Key prefix[] = {{park_}};
    rows_.preload(TableId::Trail, prefix);
    const Row* row = rows_.find(TableId::Trail, {park_, subject.rule, text});
    if (row == nullptr && !needed) return nullptr;
    EpisodeLog log;
    if (row != nullptr) {
      Result<EpisodeLog, std::string> stored = EpisodeLog::unpack(text_of((*row)[3]));
      if (!stored) throw std::runtime_error("trail of " + text + ": " + stored.error());
      log = *std::move(stored);
    }
    found =
        touched_trails_.emplace(std::pair(subject.rule, text), TouchedTrail{subject, log, log, {}})
            .first;
  }
  return &found->second;
}

void ParkStep::set_trail(const EpisodeSubject& subject, EventTime start, EventTime end,
                         TrailClass of) {
  TouchedTrail* touched = touched_trail(subject, of != TrailClass::Neutral);
  if (touched != nullptr) touched->now.trail.set(start, end, of);
}

/// Once all windows of a run are judged: only then is it known what became of each episode.
void ParkStep::write_episodes() {
  for (auto& [key, touched] : touched_trails_) {
    if (touched.before.trail == touched.now.trail && touched.severities.empty()) continue;
    const EpisodeSubject& subject = touched.subject;
    const SeverityOf severity = [&](EventTime first) {
      const auto own = touched.severities.find(first);
      return own == touched.severities.end() ? plan_.severity(subject.rule) : own->second;
    };
    const WindowStart window_start = [&](EventTime at) {
      if (subject.span == "event") return at;
      return subject.span == "day" ? zone_.day_start(at) : floor_to(at, std::chrono::hours(1));
    };
    const std::vector<EpisodeSpan> before = episodes_of(touched.before.trail, window_start);
    // By the park's time, which never falls back: where a run is cut, a change that is taken back
    // within it must not leave a later minute behind than without the cut.
    touched.now.begin(*time_, before);
    versions_.put_episodes(subject, touched.before, touched.now, before,
                           episodes_of(touched.now.trail, window_start), severity);
    rows_.put(TableId::Trail, {park_, key.first, key.second, touched.now.pack()});
  }
  touched_trails_.clear();
}

}  // namespace parkwatch
