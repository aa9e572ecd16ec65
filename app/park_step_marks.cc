#include <algorithm>

#include "app/mark_rows.h"
#include "app/park_step.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds hour_length = hours(1);

bool capped(const Plan& plan, const Mark& mark) {
  const std::vector<MarkRule>& scheme = plan.mark_scheme(mark.scheme);
  return std::any_of(scheme.begin(), scheme.end(), [&](const MarkRule& rule) {
    return rule.mark == mark.mark && !rule.year_group.empty();
  });
}

// How far what is noted of a minute's marks reaches: the hours of a mark and their days, those of
// all marks under a yearly cap behind it too, or one window whose time to be marked ran out.
const std::string reach_hours = "mark";
const std::string reach_capped = "capped";

bool overlaps(const Mark& mark, EventTime start, EventTime end) {
  return mark.from < end && start < mark.to;
}

}  // namespace

const OutletMarks& ParkStep::marks_of(const OutletPlan& outlet) {
  const auto held = marks_.find(outlet.id);
  if (held != marks_.end()) return held->second;
  return marks_.emplace(outlet.id, stored_marks(rows_, plan_, park_, outlet)).first->second;
}

/// Whether a mark can change a window: one that counts towards a yearly cap reaches all hours of
/// such marks behind it.
bool ParkStep::reaches(const Mark& mark, const OutletMarks& all, EventTime start,
                       EventTime end) const {
  if (overlaps(mark, start, end)) return true;
  if (mark.from >= end || !capped(plan_, mark)) return false;
  return std::any_of(all.marks().begin(), all.marks().end(), [&](const Mark& other) {
    return overlaps(other, start, end) && capped(plan_, other);
  });
}

/// A mark's standing rests on the rules and on the outlet's other marks, so all are written anew.
void ParkStep::write_mark_states(const std::string& outlet_id) {
  marks_.erase(outlet_id);
  OutletPlan unknown;
  unknown.id = outlet_id;
  const OutletPlan* outlet = plan_.outlet(outlet_id);
  if (outlet == nullptr) outlet = &unknown;
  const OutletMarks marks = stored_marks(rows_, plan_, park_, *outlet);
  const std::vector<MarkState> states = marks.states();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Mark& mark = marks.marks()[i];
    const std::string* park = plan_.park_of(*outlet, mark.from);
    const bool ours = park != nullptr && *park == park_;
    const bool holds = mark.standing == Mark::Standing::Holds;
    rows_.put(TableId::Mark,
              mark_row(park_, mark, holds && !ours ? MarkState::ForeignOutlet : states[i]));
  }
}

void ParkStep::touch_marked(const Mark& mark) {
  const OutletPlan* outlet = plan_.outlet(mark.outlet);
  if (outlet == nullptr) return;
  const OutletMarks& all = marks_of(*outlet);
  EventTime end = mark.to;
  if (capped(plan_, mark)) {
    for (const Mark& other : all.marks()) end = std::max(end, other.to);
  }
  note_marked(mark.outlet, capped(plan_, mark) ? reach_capped : reach_hours, mark.from, mark.to);
  // Later hours have no rows yet, and take the mark when they come.
  end = std::min(end, *rows_through_ + 3 * hour_length);
  for (EventTime hour = floor_to(mark.from, hour_length); hour < end; hour = hour + hour_length) {
    if (!reaches(mark, all, hour, hour + hour_length)) continue;
    operation_.touch_outlet(outlet->id, hour, offset_);
    const Key prefix[] = {{park_, std::string("hour"), cell(hour)}};
    rows_.preload(TableId::OutletWindow, prefix);
    const EventTime day = zone_.day_start(hour);
    const Key rows_of_day{park_, std::string("day"), cell(day), outlet->id};
    if (!rows_.rows(TableId::OutletWindow, rows_of_day).empty()) {
      touch_outlet(touched_days_[day], *outlet, offset_);
    }
    const Key rows_of_hour{park_, std::string("hour"), cell(hour), outlet->id};
    if (rows_.rows(TableId::OutletWindow, rows_of_hour).empty()) continue;
    touch_outlet(touched_hours_[hour], *outlet, offset_);
  }
}

/// `mark` is nothing where its record takes it back without saying what it was.
void ParkStep::take_mark(const Mark* former, const Mark* mark) {
  if (former != nullptr && (mark == nullptr || former->outlet != mark->outlet)) {
    rows_.erase(TableId::Mark, {park_, former->outlet, former->source, former->id});
    write_mark_states(former->outlet);
  }
  if (mark != nullptr) {
    rows_.put(TableId::Mark, mark_row(park_, *mark, own_state(*mark)));
    write_mark_states(mark->outlet);
  }
  if (former != nullptr) touch_marked(*former);
  if (mark != nullptr) touch_marked(*mark);
}

void ParkStep::take_document(const Document* former, const Document& document) {
  if (document.type != mark_type) return;
  std::optional<Mark> marks[2];
  for (const auto& [from, to] : {std::pair(former, &marks[0]), std::pair(&document, &marks[1])}) {
    if (from == nullptr) continue;
    Result<Mark, std::string> mark = Mark::parse(*from);
    if (mark) *to = *std::move(mark);
  }
  take_mark(marks[0] ? &*marks[0] : nullptr, marks[1] ? &*marks[1] : nullptr);
}

/// Another set may know other marks, and parks whose documents came before they were registered.
void ParkStep::write_all_marks() {
  std::set<std::string> outlets;
  for (const Row* row : rows_.rows(TableId::Document, {park_, std::string(mark_type)})) {
    const Result<Mark, std::string> mark = Mark::parse(document_of(*row));
    if (!mark) continue;  // taken back without contents
    rows_.put(TableId::Mark, mark_row(park_, *mark, own_state(*mark)));
    outlets.insert(mark->outlet);
  }
  for (const std::string& outlet : outlets) write_mark_states(outlet);
}

/// The time to mark ran out in (before, now]: what waited for a mark is judged without one.
void ParkStep::touch_pending(EventTime before, EventTime now) {
  for (const std::int64_t deadline_hours : plan_.mark_deadline_hours()) {
    const milliseconds late = hours(deadline_hours);
    for (EventTime midnight = zone_.day_start(now - late); midnight + late > before;
         midnight = zone_.day_start(midnight - milliseconds(1))) {
      touch_pending_day(zone_.day_start(midnight - milliseconds(1)), now);
    }
  }
}

void ParkStep::touch_pending_day(EventTime day, EventTime now) {
  const EventTime day_end = zone_.day_end(day);
  for (EventTime hour = floor_to(day, hour_length); hour < day_end; hour = hour + hour_length) {
    for (const OutletPlan* outlet : pending_outlets(LimitSpan::Hour, hour, now)) {
      touch_outlet(touched_hours_[hour], *outlet, -1);
    }
  }
  for (const OutletPlan* outlet : pending_outlets(LimitSpan::Day, day, now)) {
    touch_outlet(touched_days_[day], *outlet, -1);
  }
}

/// Outlets with a verdict that waits although its deadline has passed.
std::vector<const OutletPlan*> ParkStep::pending_outlets(LimitSpan span, EventTime start,
                                                         EventTime now) {
  const Key window{park_, span_text(span), cell(start)};
  std::set<std::string> waiting;
  for (const Row* row : rows_.rows(TableId::Verdict, window)) {
    if (text_of((*row)[8]) == "pending_mark") waiting.insert(text_of((*row)[3]));
  }
  std::vector<const OutletPlan*> found;
  for (const OutletPlan* outlet : plan_.outlets_of(park_)) {
    if (!waiting.contains(outlet->id) || waits_for_mark(plan_, *outlet, zone_, start, now))
      continue;
    note_marked(outlet->id, span_text(span), start, start);
    found.push_back(outlet);
  }
  return found;
}

/// Kept from batch to batch until the park's records are of another minute: which of them a mark
/// came in must not show in the history.
void ParkStep::note_marked(const std::string& outlet, const std::string& reach, EventTime from,
                           EventTime to) {
  const Key key{park_, outlet, reach, cell(from)};
  const Row* noted = rows_.find(TableId::MarkedMinute, key);
  if (noted != nullptr) to = std::max(to, EventTime(number_of((*noted)[4])));
  rows_.put(TableId::MarkedMinute,
            {park_, outlet, reach, cell(from), cell(to), cell(cause_minute_)});
}

/// What was noted of another minute than this one.
void ParkStep::forget_marked(EventTime minute) {
  for (const Row* row : rows_.rows(TableId::MarkedMinute, {park_})) {
    if (EventTime(number_of((*row)[5])) == minute) continue;
    rows_.erase(TableId::MarkedMinute, {row->begin(), row->begin() + 4});
  }
}

/// Whether a mark, or the end of the time to set one, is among what changed a window in a minute.
bool ParkStep::marked_in_minute(const OutletPlan& outlet, const WindowSpan& window,
                                EventTime minute) {
  const OutletMarks& all = marks_of(outlet);
  const auto capped_behind = [&](EventTime from) {
    return from < window.end &&
           std::any_of(all.marks().begin(), all.marks().end(), [&](const Mark& other) {
             return overlaps(other, window.start, window.end) && capped(plan_, other);
           });
  };
  for (const Row* row : rows_.rows(TableId::MarkedMinute, {park_, outlet.id})) {
    const std::string& reach = text_of((*row)[2]);
    const EventTime from(number_of((*row)[3])), to(number_of((*row)[4]));
    if (EventTime(number_of((*row)[5])) != minute) continue;
    if (reach == reach_hours || reach == reach_capped) {
      if (from < window.end && window.start < to) return true;
      if (reach == reach_capped && capped_behind(from)) return true;
    } else if (reach == span_text(window.span) && from == window.start) {
      return true;
    }
  }
  return std::any_of(all.marks().begin(), all.marks().end(), [&](const Mark& mark) {
    const EventTime received(mark.received.milliseconds());
    return floor_to(received, minutes(1)) == minute && reaches(mark, all, window.start, window.end);
  });
}

}  // namespace parkwatch
