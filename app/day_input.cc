#include "app/day_input.h"

#include "processors/hour.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);

HourWindows by_factor(std::vector<Window> windows) {
  HourWindows found;
  for (Window& window : windows) found.emplace(window.factor, window);
  return found;
}

/// Replaces a marked hour of the input, and its unmarked counterpart, by what is computed anew.
void mark_again(DayInput& input, OutletWindows computed, const OutletMarks& marks, EventTime hour) {
  HourWindows& stored = input.hours.back();
  std::erase_if(computed.windows,
                [&](const Window& window) { return !stored.contains(window.factor); });
  MarkedWindows marked = mark_hour(std::move(computed), marks, hour);
  if (!marked.unmarked) return;
  if (!input.unmarked) input.unmarked = input.hours;
  input.unmarked->back() = by_factor(std::move(marked.unmarked->windows));
  stored = by_factor(std::move(marked.windows.windows));
}

}  // namespace

DayInput day_input(WorkingSet& rows, const Plan& plan, const WindowKey& day,
                   const OutletMarks& marks, const OutletPlan& outlet,
                   const DeviceHours& device_hours) {
  DayInput input;
  const Zone& zone = plan.zone_of_park(day.park);
  const EventTime end = zone.day_end(day.start);
  for (EventTime hour = first_hour_of(day.start); hour < end; hour = hour + hour_length) {
    HourWindows windows;
    for (const Row* row :
         rows.rows(TableId::OutletWindow, {day.park, std::string("hour"), cell(hour), outlet.id})) {
      const std::string& factor = text_of((*row)[4]);
      input.factors.insert(factor);
      if (text_of((*row)[5]) != "closed") continue;
      windows.emplace(factor, window_of(*row, plan.factor(factor)->role));
    }
    if (input.unmarked) input.unmarked->push_back(windows);
    input.hours.push_back(std::move(windows));
    if (marks.empty() || input.hours.back().empty() || !marks.covers(hour)) continue;
    mark_again(input, HourCalculator(plan, device_hours).calculate(outlet, hour, zone), marks,
               hour);
  }
  return input;
}

MarkedWindows mark_day(const Plan& plan, const OutletPlan& outlet, const WindowKey& day,
                       const DayInput& input, const DeviceHours& device_hours) {
  const EventTime end = plan.zone_of_park(day.park).day_end(day.start);
  const auto calculate = [&](const std::vector<HourWindows>& hours) {
    return calculate_day(plan, outlet, day.start, end, hours, input.factors, device_hours);
  };
  MarkedWindows marked{calculate(input.hours), std::nullopt};
  if (input.unmarked) marked.unmarked = calculate(*input.unmarked);
  return marked;
}

}  // namespace parkwatch
