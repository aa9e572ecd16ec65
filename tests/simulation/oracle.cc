#include "tests/simulation/oracle.h"

#include <algorithm>

namespace parkwatch::oracle {

Oracle::Oracle(const Book& book) : book_(book), ledger_(book) {
  for (const auto& [outlet, code] : book.series()) outlets_[outlet].codes.push_back(code);
  for (auto& [outlet, state] : outlets_) state.reach = book.reach(outlet);
}

void Oracle::consume(const Sent& sent) {
  for (const Ledger::Changed& changed : ledger_.consume(sent)) {
    OutletState& state = outlets_[changed.copy->outlet->id];
    const Time time = changed.copy->time;
    const auto first = state.hours.lower_bound(floor_to(time - state.reach, hour_ms));
    const auto last = state.hours.upper_bound(time + state.reach);
    state.hours.erase(first, last);
    changed_[changed.park->id].push_back(changed);
    if (changed.copy->resent || changed.copy->contradicted) {
      marked_[changed.park->id].push_back(changed);
    }
  }
}

bool Oracle::in_park(const std::string& outlet, Time at, const std::string& park) const {
  const OutletRow* row = book_.outlet(outlet, at);
  const ParkRow* there = row == nullptr ? nullptr : book_.park_of(*row, at);
  return there != nullptr && there->id == park;
}

Oracle::HourWindows& Oracle::hour_windows(const std::string& outlet, OutletState& state,
                                          Time hour) {
  const auto [found, fresh] = state.hours.try_emplace(hour);
  HourWindows& slot = found->second;
  if (!fresh) return slot;
  const OutletRow& row = *book_.outlet(outlet, hour);
  const OutletHourOracle computed(book_, ledger_, row, hour, state.codes);
  for (const auto& [code, one] : computed.factors()) {
    JudgedWindow& window = slot[code];
    window.row = one->row;
    window.findings = one->findings;
    window.over_range = one->over_range;
    window.any_value = one->any_value;
    window.verdicts = judge(book_, row, one->values.factor(), one->row, one->other_order);
  }
  return slot;
}

/// docs/arithmetic.md 7.
void Oracle::add_hours(const std::string& outlet, OutletState& state, const std::string& code,
                       const ParkRow& park, Time park_time) {
  const auto data = ledger_.hours_with_data().find({outlet, code});
  if (data == ledger_.hours_with_data().end()) return;
  const Time grace = book_.whole("grace_minutes") * minute_ms;
  const Time present = floor_to(park_time, hour_ms);
  const Time last = std::max(present, *data->second.rbegin() + day_ms);
  for (Time hour = *data->second.begin(); hour <= last; hour += hour_ms) {
    if (!in_park(outlet, hour, park.id)) continue;
    if (book_.factor(outlet, code, hour) == nullptr) continue;
    JudgedWindow& window = hour_windows(outlet, state, hour).at(code);
    if (hour > present && !window.any_value) continue;
    window.row.closed = park_time >= hour + hour_ms + grace;
    for (VerdictRow& verdict : window.verdicts) verdict.closed = window.row.closed;
    parks_[park.id].hours[{outlet, code}][hour] = &window;
  }
}

void Oracle::add_days(const std::string& outlet, OutletState& state, const ParkRow& park,
                      Time park_time) {
  const Time grace = book_.whole("grace_minutes") * minute_ms;
  ParkWindows& windows = parks_[park.id];
  for (const std::string& code : state.codes) {
    std::map<Time, DayHours> days;
    for (const auto& [hour, window] : windows.hours[{outlet, code}]) {
      days[park.days->start(hour)].own.push_back(&window->row);
    }
    for (const char* flow : {"a00000", "w00000"}) {
      for (const auto& [hour, window] : windows.hours[{outlet, flow}]) {
        const auto day = days.find(park.days->start(hour));
        if (day != days.end()) day->second.flow[hour] = &window->row;
      }
    }
    for (const auto& [start, hours] : days) {
      const Time first = hours.own.front()->start;
      const OutletRow& outlet_row = *book_.outlet(outlet, first);
      const FactorRow& factor = *book_.factor(outlet, code, first);
      JudgedWindow& window = state.days[{code, start}];
      window = {};
      window.row = day_row(book_, ledger_, outlet_row, factor, park, start, hours, window.findings);
      window.row.closed = park_time >= window.row.end + grace;
      window.verdicts = judge(book_, outlet_row, factor, window.row, std::nullopt);
      for (VerdictRow& verdict : window.verdicts) verdict.closed = window.row.closed;
      windows.days[{outlet, code}][start] = &window;
    }
  }
}

const ParkWindows& Oracle::windows(const std::string& park_id) {
  ParkWindows& windows = parks_[park_id];
  windows = {};
  const auto time = ledger_.park_time().find(park_id);
  if (time == ledger_.park_time().end()) return windows;
  const ParkRow& park = *book_.park(park_id, time->second);
  for (auto& [outlet, state] : outlets_) {
    for (const std::string& code : state.codes) {
      add_hours(outlet, state, code, park, time->second);
    }
    add_days(outlet, state, park, time->second);
  }
  return windows;
}

std::map<Subject, std::vector<std::pair<Time, Says>>> Oracle::tracks(
    const std::string& park) const {
  std::map<Subject, std::vector<std::pair<Time, Says>>> tracks;
  const auto known = parks_.find(park);
  if (known == parks_.end()) return tracks;
  std::map<std::string, std::map<Time, bool>> heard;  // by outlet and hour
  for (const auto* series : {&known->second.hours, &known->second.days}) {
    for (const auto& [place, windows] : *series) {
      for (const auto& [start, window] : windows) {
        if (!window->row.closed) continue;
        for (const VerdictRow& verdict : window->verdicts) {
          if (verdict.limit_id.empty()) continue;
          Says says = Says::Nothing;
          if (verdict.state == "over" || verdict.state == "pending_mark") says = Says::Opens;
          if (verdict.state == "compliant") says = Says::Resolves;
          tracks[{"exceedance", park, place.first, place.second, verdict.limit_id,
                  window->row.by_day}]
              .emplace_back(start, says);
        }
        if (window->row.by_day) continue;
        Says says = window->row.valid() ? Says::Resolves : Says::Nothing;
        if (window->over_range) says = Says::Opens;
        tracks[{"over_range", park, place.first, place.second, "", false}].emplace_back(start,
                                                                                        says);
        bool& any = heard[place.first].emplace(start, false).first->second;
        any = any || window->any_value;
      }
    }
  }
  for (const auto& [outlet, hours] : heard) {
    for (const auto& [start, any] : hours) {
      tracks[{"silent", park, outlet, "", "", false}].emplace_back(
          start, any ? Says::Resolves : Says::Opens);
    }
  }
  return tracks;
}

}  // namespace parkwatch::oracle
