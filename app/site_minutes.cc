#include "app/site_minutes.h"

#include <stdexcept>

#include "app/rows.h"

namespace parkwatch {

Trail SiteMinutes::load(const OperationSubject& subject) {
  const Key prefix[] = {{park_}};
  rows_.preload(TableId::Operation, prefix);
  const Row* row = rows_.find(TableId::Operation, {park_, subject.rule, subject.subject});
  if (row == nullptr) return {};
  Result<Trail, std::string> stored = Trail::unpack(text_of((*row)[3]));
  if (!stored) {
    throw std::runtime_error("operation of " + subject.rule + " " + subject.subject + ": " +
                             stored.error());
  }
  return *std::move(stored);
}

void SiteMinutes::store(const OperationSubject& subject, const Trail& trail) {
  if (trail.runs().empty()) {
    erase(subject);
  } else {
    rows_.put(TableId::Operation, {park_, subject.rule, subject.subject, trail.pack()});
  }
}

bool SiteMinutes::set_hour(const OperationSubject& subject, EventTime hour, const MinuteSet& held) {
  constexpr std::chrono::minutes minute(1);
  Trail trail = load(subject);
  if (trail.runs().empty() && held.none()) return false;
  bool changed = false;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const EventTime at = hour + minute * static_cast<std::int64_t>(i);
    const TrailClass of = held[i] ? TrailClass::Opens : TrailClass::Neutral;
    changed = trail.set(at, at + minute, of) || changed;
  }
  if (changed) store(subject, trail);
  return changed;
}

bool SiteMinutes::set_day(const OperationSubject& subject, EventTime start, EventTime end,
                          bool held) {
  Trail trail = load(subject);
  if (!trail.set(start, end, held ? TrailClass::Opens : TrailClass::Neutral)) return false;
  store(subject, trail);
  return true;
}

std::vector<OperationRun> SiteMinutes::runs(const OperationSubject& subject) {
  std::vector<OperationRun> runs;
  const Trail trail = load(subject);
  for (const Trail::Run& run : trail.runs()) runs.push_back({run.start, run.end});
  return runs;
}

std::vector<OperationSubject> SiteMinutes::subjects() {
  std::vector<OperationSubject> subjects;
  for (const Row* row : rows_.rows(TableId::Operation, {park_})) {
    subjects.push_back({text_of((*row)[1]), text_of((*row)[2])});
  }
  return subjects;
}

void SiteMinutes::erase(const OperationSubject& subject) {
  rows_.erase(TableId::Operation, {park_, subject.rule, subject.subject});
}

}  // namespace parkwatch
