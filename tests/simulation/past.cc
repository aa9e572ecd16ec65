#include "tests/simulation/past.h"

#include <algorithm>
#include <limits>

namespace parkwatch::oracle {

void Past::before(const Sent& sent) {
  const auto moved = oracle_.ledger().moves(sent);
  if (!moved) return;
  const auto [run, fresh] = runs_.try_emplace(moved->first, moved->second);
  if (fresh || run->second == moved->second) return;
  settle(moved->first, run->second);
  run->second = moved->second;
}

void Past::finish() {
  for (const auto& [park, minute] : runs_) settle(park, minute);
  runs_.clear();
}

std::string Past::cause(const WindowRow& window, Time minute) const {
  const auto touches = [&](const Ledger::Changed& value) {
    return value.copy->outlet->id == window.outlet &&
           takes_part(value).touches(window.by_day, window.start, window.end);
  };
  std::string strongest = "late";
  // A window that nothing of the run touches has no cause in it.
  if (std::none_of(in_run_.begin(), in_run_.end(), touches)) return strongest;
  for (const Ledger::Changed& value : marked_) {
    if (floor_to(value.copy->received, minute_ms) != minute || !touches(value)) continue;
    if (value.copy->contradicted) return "contradicted";
    strongest = "resent";
  }
  return strongest;
}

void Past::settle(const std::string& park, Time minute) {
  in_run_ = oracle_.take_changed(park);
  marked_ = oracle_.marked(park);
  const ParkWindows& all = oracle_.windows(park);
  for (const auto* spans : {&all.hours, &all.days}) {
    for (const auto& [place, series] : *spans) {
      for (const auto& [start, window] : series) {
        if (!window->row.closed) continue;
        RowKey key(park, window->row.by_day, start, place.first, place.second, "");
        const std::string why = cause(window->row, minute);
        windows_[key].put(minute, window->row, why);
        for (const VerdictRow& verdict : window->verdicts) {
          std::get<5>(key) = verdict.limit_id;
          verdicts_[key].put(minute, verdict, why);
        }
      }
    }
  }
  settle_episodes(park);
}

std::map<Time, Time> Past::first_closed(const Subject& subject) const {
  std::map<Time, Time> first;
  for (const auto& [key, stack] : windows_) {
    if (std::get<3>(key) != subject.outlet || std::get<1>(key) != subject.by_day) continue;
    const Time minute = stack.versions.front().minute;
    Time& earliest = first.emplace(std::get<2>(key), minute).first->second;
    earliest = std::min(earliest, minute);
  }
  return first;
}

void Past::settle_episodes(const std::string& park) {
  for (const auto& [subject, track] : oracle_.tracks(park)) {
    EpisodesKnown now{oracle::episodes(track), {}};
    const auto known = episodes_.find(subject);
    if (known == episodes_.end() && now.rows.empty()) continue;
    if (known != episodes_.end() && known->second.versions.back().state == now) continue;
    now.first_closed = first_closed(subject);
    VersionStack<EpisodesKnown>& stack = episodes_[subject];
    // Before the first there was none, and that since ever.
    if (stack.versions.empty()) {
      stack.versions.push_back({std::numeric_limits<Time>::min(), {}, ""});
    }
    stack.put(oracle_.ledger().park_time().at(park), now);
  }
}

}  // namespace parkwatch::oracle
