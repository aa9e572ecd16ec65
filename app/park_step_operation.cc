#include "app/park_step.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);

}  // namespace

void ParkStep::touch_operation(const OperationSite& site, Kind kind, EventTime time,
                               const Device* device) {
  operation_.touch_value(site, kind, time, device, offset_);
}

EventTime ParkStep::closed_until() const {
  EventTime hour = floor_to(*time_, hour_length);
  while (!hour_closed(hour)) hour = hour - hour_length;
  return hour + hour_length;
}

void ParkStep::write_operation() {
  for (const OperationChange& change : operation_.judge(closed_until())) {
    write_violations(change.subject.rule, change.subject.subject, change.violations,
                     cause_of_violations(change.offset));
  }
}

}  // namespace parkwatch
