#include "app/park_step.h"

#include <algorithm>

#include "app/day_input.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds hour_length = hours(1);

}  // namespace

ParkStep::ParkStep(std::string park, const Plan& plan, const PartitionId& partition,
                   WorkingSet& rows, DeviceHourCache& hours_of)
    : park_(std::move(park)),
      plan_(plan),
      partition_(partition),
      rows_(rows),
      hours_(hours_of),
      versions_(rows),
      zone_(plan.zone_of_park(park_)),
      operation_(park_, plan, zone_, rows, hours_of) {
  const Row* row = rows_.find(TableId::Park, {park_});
  if (row != nullptr) {
    loaded_version_ = number_of((*row)[2]);
    time_ = park_time_of(*row);
    if (time_) rows_through_ = floor_to(*time_, hour_length);
  }
}

ParkVersion ParkStep::version() const {
  if (!time_) return {park_, loaded_version_, std::nullopt};
  return {park_, loaded_version_, time_->milliseconds()};
}

bool ParkStep::hour_closed(EventTime hour) const {
  return hour + hour_length + minutes(plan_.grace_minutes(hour)) <= *time_;
}

bool ParkStep::day_closed(const Zone& zone, EventTime day_start) const {
  return zone.day_end(day_start) + minutes(plan_.grace_minutes(day_start)) <= *time_;
}

EventTime ParkStep::end_of(const WindowKey& key) const {
  return key.span == LimitSpan::Day ? zone_.day_end(key.start) : key.start + hour_length;
}

void ParkStep::touch_outlet(TouchedOutlets& touched, const OutletPlan& outlet, std::int64_t offset,
                            bool changes) {
  Touch& touch = touched[&outlet];
  touch.offset = std::max(touch.offset, offset);
  touch.changes = touch.changes || changes;
}

void ParkStep::touch_all_outlets(TouchedOutlets& touched) {
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) touch_outlet(touched, *outlet, -1);
}

/// Why the park is judged under another set than before, as its activation noted it.
std::string ParkStep::cause_of_set() {
  const std::vector<const Row*> listed = rows_.rows(TableId::Rejudge, {park_});
  if (listed.empty() || std::holds_alternative<std::monostate>((*listed.front())[4])) {
    return "registry";
  }
  return text_of((*listed.front())[4]);
}

Cause ParkStep::cause_of(const OutletPlan& outlet, const WindowKey& key, std::int64_t offset) {
  Cause cause;
  cause.minute = cause_minute_;
  cause.registry = plan_.hash();
  if (rejudging_) cause.evidence = "set/" + plan_.hash();
  if (offset >= 0) {
    cause.evidence = record_position(partition_, offset);
  }
  cause.of_set = [this] { return cause_of_set(); };
  cause.of_data = [this, &outlet, window = WindowSpan{key.span, key.start, end_of(key)},
                   known = std::string()]() mutable {
    if (rejudging_) return cause_of_set();
    if (!known.empty()) return known;
    known = cause_of_data(outlet, window, cause_minute_, zone_, hours_);
    if (marked_in_minute(outlet, window, cause_minute_)) known = stronger_cause(known, "mark");
    return known;
  };
  return cause;
}

void ParkStep::begin(EventTime received_minute, std::int64_t offset) {
  if (run_minute_ != received_minute) {
    settle_run();
    forget_marked(received_minute);
  }
  run_minute_ = received_minute;
  const EventTime hour = floor_to(received_minute, hour_length);
  if (!rows_through_) rows_through_ = hour;
  if (*rows_through_ < hour && preloaded_ != hour) {
    preload_devices(hour);
    preloaded_ = hour;
  }
  cause_minute_ = received_minute;
  offset_ = offset;
}

ParkStep::FirstHours& ParkStep::first_hours(const std::string& outlet) {
  const auto [held, added] = first_hours_.try_emplace(outlet);
  if (added) {
    const Key park[] = {{park_}};
    rows_.preload(TableId::Series, park);
    for (const Row* row : rows_.rows(TableId::Series, {park_, outlet})) {
      held->second.emplace(text_of((*row)[2]), EventTime(number_of((*row)[3])));
    }
  }
  return held->second;
}

std::optional<EventTime> ParkStep::first_hour(const std::string& outlet,
                                              const std::string& factor) {
  const FirstHours& hours = first_hours(outlet);
  const auto found = hours.find(factor);
  return found == hours.end() ? std::nullopt : std::optional(found->second);
}

void ParkStep::note_first(const OutletPlan& outlet, std::string_view factor, EventTime hour) {
  if (last_noted_ != &outlet) {
    last_hours_ = &first_hours(outlet.id);
    last_noted_ = &outlet;
  }
  const auto known = last_hours_->find(factor);
  const bool first = known == last_hours_->end();
  if (!first && known->second <= hour) return;
  rows_.put(TableId::Series, {park_, outlet.id, std::string(factor), cell(hour)});
  // The hours from the new first one on get their rows, with or without data.
  EventTime through = *rows_through_;
  if (!first) through = std::min(through, known->second - hour_length);
  last_hours_->insert_or_assign(std::string(factor), hour);
  for (EventTime at = hour; at <= through; at = at + hour_length) {
    touch_outlet(touched_hours_[at], outlet, offset_);
  }
}

void ParkStep::touch(const OutletPlan& outlet, std::string_view factor, Kind kind, EventTime time,
                     const Device& device) {
  touch_windows(outlet, factor, kind, time, device, true);
}

void ParkStep::touch_new(const OutletPlan& outlet, std::string_view factor, Kind kind,
                         const KeptValue& value, const Device& device) {
  const bool changes = kind != Kind::Realtime || !repeats(outlet, factor, value, device);
  touch_windows(outlet, factor, kind, value.time, device, changes);
}

/// Whether a sample says nothing new of the hours it touches: those of a cyclic factor's slot are
/// many, and each sample after the first touches all of them.
bool ParkStep::repeats(const OutletPlan& outlet, std::string_view factor, const KeptValue& sample,
                       const Device& device) const {
  const FactorPlan* row = outlet.factor_at(factor, sample.time);
  if (row == nullptr || !row->row.cyclic) return false;
  if (sample.resent) return false;  // it is a cause of what its minute changes
  const Parameters& parameters = parameters_of(outlet, sample.time);
  const TouchedHours touched = touched_hours(Kind::Realtime, sample.time, device, row, zone_);
  for (EventTime hour = touched.first; hour <= touched.last; hour = hour + hour_length) {
    const Device* read = outlet.device_at(*row, hour);
    if (read == nullptr || read->mn != device.mn) return false;
    if (outlet.factor_at(factor, hour) != row) return false;
    if (&parameters_of(outlet, hour) != &parameters) return false;
  }
  const DeviceHours lookup = [this](std::string_view mn, EventTime at) {
    return hours_.find(mn, at);
  };
  return repeats_slot(sample, *row, device, zone_, parameters, lookup);
}

void ParkStep::touch_windows(const OutletPlan& outlet, std::string_view factor, Kind kind,
                             EventTime time, const Device& device, bool changes) {
  if (kind == Kind::Status) return;
  const TouchedWindows touched =
      touched_windows(kind, time, device, outlet.factor_at(factor, time), zone_);
  if (touched.span == LimitSpan::Day) {
    touch_outlet(touched_days_[touched.first], outlet, offset_);
    return;
  }
  note_first(outlet, factor, floor_to(interval_start(kind, time, device), hour_length));
  const bool again = last_touch_.outlet == &outlet && last_touch_.first == touched.first &&
                     last_touch_.last == touched.last && last_touch_.touch.offset == offset_ &&
                     (last_touch_.touch.changes || !changes);
  if (again) return;
  last_touch_ = {&outlet, touched.first, touched.last, {offset_, changes}};
  for (EventTime hour = touched.first; hour <= touched.last; hour = hour + hour_length) {
    touch_outlet(touched_hours_[hour], outlet, offset_, changes);
  }
}

/// Records of a device or meter that was registered since have not moved the park's time yet.
void ParkStep::move_time_to_kept_values(EventTime from, EventTime to) {
  std::optional<EventTime> newest = time_;
  const auto take = [&](const std::string& mn, const Validity& validity) {
    for (EventTime hour = floor_to(from, hour_length); hour < to; hour = hour + hour_length) {
      const DeviceHour* content = hours_.find(mn, hour);
      if (content == nullptr) continue;
      for (const DeviceHour::Series& series : content->series()) {
        for (const KeptValue& value : series.values) {
          if (!validity.covers(value.time)) continue;
          const EventTime received(value.received.milliseconds());
          newest = std::max(newest.value_or(received), floor_to(received, minutes(1)));
        }
      }
    }
  };
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
    for (const Device& device : outlet->devices) take(device.mn, device.validity);
  }
  for (const OperationSite* site : plan_.operation().sites_of(park_)) {
    for (const Meter& meter : site->meters) take(meter.mn, meter.validity);
  }
  if (newest) begin(floor_to(*newest, minutes(1)), -1);
}

void ParkStep::touch_kept_values(const OutletPlan& outlet, EventTime hour) {
  for (const Device& device : outlet.devices) {
    const DeviceHour* content = hours_.find(device.mn, hour);
    if (content == nullptr) continue;
    for (const DeviceHour::Series& series : content->series()) {
      for (const KeptValue& value : series.values) {
        if (!device.validity.covers(value.time)) continue;
        if (outlet.factor_at(series.factor, value.time) == nullptr) continue;
        touch(outlet, series.factor, series.kind, value.time, device);
      }
    }
  }
}

/// Outlets that have rows but have left the park or the registry: their rows go.
void ParkStep::touch_former_outlets(EventTime hour) {
  const std::vector<const OutletPlan*>& present = plan_.outlets_of(park_);
  for (const Row* row :
       rows_.rows(TableId::OutletWindow, {park_, std::string("hour"), cell(hour)})) {
    const std::string& id = text_of((*row)[3]);
    const bool known = std::any_of(present.begin(), present.end(),
                                   [&](const OutletPlan* outlet) { return outlet->id == id; });
    if (known) continue;
    OutletPlan& former = former_outlets_[id];
    former.id = id;
    touch_outlet(touched_hours_[hour], former, -1);
  }
}

void ParkStep::rejudge(EventTime from, EventTime to) {
  rejudging_ = true;
  touch_projects();
  move_time_to_kept_values(from, to);
  if (!run_minute_) return;  // nothing was ever received
  write_all_marks();
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
    for (const std::string& factor : pollutants_of(outlet->id)) {
      if (gaps_from(outlet->id, factor, from) > 0) touch_gaps(*outlet, factor, from);
    }
  }
  const std::vector<std::string> clusters = plan_.clusters();
  for (EventTime hour = floor_to(from, hour_length); hour < to; hour = hour + hour_length) {
    for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
      touch_kept_values(*outlet, hour);
      touch_outlet(touched_hours_[hour], *outlet, -1);
    }
    touch_former_outlets(hour);
    operation_.rejudge_hour(hour);
    for (const std::string& cluster : clusters) dirty_hours_.emplace(cluster, hour);
  }
}

void ParkStep::settle_run() {
  if (!run_minute_) return;
  const bool first = !time_;
  const EventTime before = time_.value_or(*run_minute_);
  time_ = std::max(before, *run_minute_);
  run_minute_.reset();
  if (first || floor_to(before, hour_length) != floor_to(*time_, hour_length)) {
    touch_projects();
  }
  close_windows(before, *time_);
  touch_pending(before, *time_);
  for (; *rows_through_ < floor_to(*time_, hour_length);
       rows_through_ = *rows_through_ + hour_length) {
    touch_all_outlets(touched_hours_[*rows_through_ + hour_length]);
  }
  recompute_touched(true);
}

/// Windows whose end plus grace lies in (before, now] close: every series has its row.
void ParkStep::close_windows(EventTime before, EventTime now) {
  if (now == before) return;
  const milliseconds grace = minutes(plan_.grace_minutes(now));
  const EventTime last = floor_to(now - grace - hour_length, hour_length);
  for (EventTime hour = floor_to(before - grace - hour_length, hour_length) + hour_length;
       hour <= last; hour = hour + hour_length) {
    touch_all_outlets(touched_hours_[hour]);
    operation_.close_hour(hour);
  }
  for (EventTime day = zone_.day_start(before - grace - milliseconds(1));
       zone_.day_end(day) + grace <= now; day = zone_.day_end(day)) {
    if (zone_.day_end(day) + grace <= before) continue;
    touch_all_outlets(touched_days_[day]);
    operation_.close_day(day);
  }
}

void ParkStep::recompute_touched(bool closed_only) {
  last_touch_.outlet = nullptr;
  for (auto at = touched_hours_.begin(); at != touched_hours_.end();) {
    if (closed_only && !hour_closed(at->first)) break;  // later hours are open too
    const auto hour = touched_hours_.extract(at++);
    preload_hour(hour.key(), hour.mapped());
    for (const auto& [outlet, touch] : hour.mapped()) settle_hour(*outlet, hour.key(), touch);
  }
  for (auto at = touched_days_.begin(); at != touched_days_.end();) {
    if (closed_only && !day_closed(zone_, at->first)) break;
    const auto day = touched_days_.extract(at++);
    preload_day(day.key(), day.mapped());
    for (const auto& [outlet, touch] : day.mapped()) {
      if (touch.changes) recompute_day(*outlet, day.key(), touch.offset);
    }
  }
  judge_projects();
  write_operation();
  write_episodes();
}

void ParkStep::finish() {
  settle_run();
  if (!time_) return;
  recompute_touched(false);
  write_substitutions();
  write_contributions();
}

void ParkStep::settle_hour(const OutletPlan& outlet, EventTime hour, const Touch& touch) {
  if (touch.changes) {
    recompute_hour(outlet, hour, touch.offset);
  } else if (hour_closed(hour)) {
    // Should another record of the minute change the day, this one is among its evidence.
    operation_.touch_outlet(outlet.id, hour, touch.offset);
    touch_outlet(touched_days_[zone_.day_start(hour)], outlet, touch.offset, false);
  }
}

void ParkStep::recompute_hour(const OutletPlan& outlet, EventTime hour, std::int64_t offset) {
  const std::string* park = plan_.park_of(outlet, hour);
  const WindowKey key{park_, LimitSpan::Hour, hour, hour_closed(hour)};
  OutletWindows windows;
  if (park != nullptr && *park == park_) {
    const DeviceHours lookup = [this](std::string_view mn, EventTime at) {
      return hours_.find(mn, at);
    };
    windows = HourCalculator(plan_, lookup).calculate(outlet, hour, zone_);
  }
  const bool beyond = hour > floor_to(*time_, hour_length);
  std::erase_if(windows.windows, [&](const Window& window) {
    const std::optional<EventTime> first = first_hour(outlet.id, window.factor);
    return !first || hour < *first || (beyond && !window.first_arrival);
  });
  std::erase_if(windows.findings, [&](const Finding& finding) {
    return std::none_of(windows.windows.begin(), windows.windows.end(),
                        [&](const Window& w) { return w.factor == finding.factor; });
  });
  const MarkedWindows marked = mark_hour(std::move(windows), marks_of(outlet), hour);
  write_outlet(outlet, key, marked, cause_of(outlet, key, offset));
  if (key.closed) operation_.touch_outlet(outlet.id, hour, offset);
  note_masses(outlet, key, marked.windows.windows);
  touch_day(outlet, key, marked.windows, offset);
  touch_clusters(outlet, hour);
}

/// A day is made of its closed hours; an open hour only sees to it that its day has rows.
void ParkStep::touch_day(const OutletPlan& outlet, const WindowKey& key,
                         const OutletWindows& windows, std::int64_t offset) {
  const EventTime day = zone_.day_start(key.start);
  const bool complete =
      std::all_of(windows.windows.begin(), windows.windows.end(), [&](const Window& window) {
        return rows_.find(TableId::OutletWindow, {park_, std::string("day"), cell(day), outlet.id,
                                                  window.factor}) != nullptr;
      });
  if (key.closed || !complete || rejudging_) touch_outlet(touched_days_[day], outlet, offset);
}

void ParkStep::recompute_day(const OutletPlan& outlet, EventTime day_start, std::int64_t offset) {
  const DeviceHours lookup = [this](std::string_view mn, EventTime at) {
    return hours_.find(mn, at);
  };
  const WindowKey key{park_, LimitSpan::Day, day_start, day_closed(zone_, day_start)};
  const DayInput input = day_input(rows_, plan_, key, marks_of(outlet), outlet, lookup);
  write_outlet(outlet, key, mark_day(plan_, outlet, key, input, lookup),
               cause_of(outlet, key, offset));
}

void ParkStep::write_outlet(const OutletPlan& outlet, const WindowKey& key,
                            const MarkedWindows& marked, const Cause& cause) {
  const OutletWindows& result = marked.windows;
  const std::vector<Verdict> verdicts = judge_marked(
      outlet, marked, key.span, key.start, waits_for_mark(plan_, outlet, zone_, key.start, *time_));
  std::set<Key> kept;
  const auto put = [&](TableId id, Row row) {
    kept.insert({row.begin(), row.begin() + static_cast<std::ptrdiff_t>(table(id).key_columns)});
    if (id == TableId::Quality) {
      rows_.put(id, std::move(row));
    } else {
      versions_.put(id, std::move(row), cause);
    }
  };
  for (const Window& window : result.windows) {
    put(TableId::OutletWindow, window_row(key, window, plan_.hash()));
  }
  for (const Verdict& verdict : verdicts) {
    put(TableId::Verdict, verdict_row(key, verdict, plan_.hash()));
  }
  for (const Finding& finding : result.findings) {
    put(TableId::Quality, quality_row(key, finding));
  }
  for (const TableId id : {TableId::OutletWindow, TableId::Verdict, TableId::Quality}) {
    const Key prefix{key.park, span_text(key.span), cell(key.start), outlet.id};
    for (const Row* row : rows_.rows(id, prefix)) {
      Key full(row->begin(), row->begin() + static_cast<std::ptrdiff_t>(table(id).key_columns));
      if (kept.contains(full)) continue;
      if (id == TableId::Quality) {
        rows_.erase(id, full);
      } else {
        versions_.erase(id, full, cause);
      }
    }
  }
  if (!key.closed) return;
  if (key.span == LimitSpan::Hour) note_emission(outlet, key, result);
  write_trails(outlet, key, end_of(key), result, verdicts);
}

}  // namespace parkwatch
