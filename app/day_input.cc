#include "app/day_input.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);

}  // namespace

EventTime first_hour_of(EventTime day_start) {
  const EventTime hour = floor_to(day_start, hour_length);
  return hour < day_start ? hour + hour_length : hour;
}

DayInput day_input(WorkingSet& rows, const Plan& plan, const WindowKey& day,
                   const std::string& outlet) {
  DayInput input;
  const EventTime end = plan.zone_of_park(day.park).day_end(day.start);
  for (EventTime hour = first_hour_of(day.start); hour < end; hour = hour + hour_length) {
    const Key prefix[] = {{day.park, std::string("hour"), cell(hour)}};
    rows.preload(TableId::OutletWindow, prefix);
    HourWindows windows;
    for (const Row* row :
         rows.rows(TableId::OutletWindow, {day.park, std::string("hour"), cell(hour), outlet})) {
      const std::string& factor = text_of((*row)[4]);
      input.factors.insert(factor);
      if (text_of((*row)[5]) != "closed") continue;
      windows.emplace(factor, window_of(*row, plan.factor(factor)->role));
    }
    input.hours.push_back(std::move(windows));
  }
  return input;
}

}  // namespace parkwatch
