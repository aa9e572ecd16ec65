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

Cause ParkStep::cause_of_operation(const OperationChange& change) {
  Cause cause;
  cause.minute = cause_minute_;
  cause.registry = plan_.hash();
  if (rejudging_) cause.evidence = "set/" + plan_.hash();
  if (change.offset >= 0) cause.evidence = record_position(partition_, change.offset);
  cause.of_set = [this] { return cause_of_set(); };
  cause.of_data = [this, site = change.site, first = change.first, last = change.last] {
    if (rejudging_ || site == nullptr) return cause_of_set();
    return cause_of_operation_data(plan_, *site, first, last + hour_length, cause_minute_, hours_);
  };
  return cause;
}

void ParkStep::write_operation() {
  for (const OperationChange& change : operation_.judge(closed_until())) {
    write_violations(change.subject.rule, change.subject.subject, change.violations,
                     cause_of_operation(change));
  }
}

}  // namespace parkwatch
