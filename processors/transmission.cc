#include "processors/transmission.h"

#include "processors/share.h"

namespace parkwatch {

namespace {

/// An hour that the mark of this name made invalid (rules/mark_schemes.csv).
constexpr std::string_view standard_check = "invalid(standard_check)";

std::optional<bool> reached(std::int64_t hours, std::int64_t due, Decimal percent) {
  if (due == 0) return std::nullopt;
  return reaches_percent(hours, due, percent);
}

}  // namespace

void Transmission::count(const Window& hour, EventTime closes, std::int64_t checks) {
  if (!hour.due()) return;
  if (hour.state == standard_check && left_out < checks) {
    ++left_out;
    return;
  }
  ++due;
  if (!hour.first_arrival) return;
  const bool early = hour.first_arrival->milliseconds() <= closes.milliseconds();
  ++arrived;
  if (early) ++in_time;
  if (!hour.valid()) return;
  ++valid;
  if (early) ++valid_in_time;
}

Transmission& Transmission::operator+=(const Transmission& other) {
  due += other.due;
  left_out += other.left_out;
  arrived += other.arrived;
  in_time += other.in_time;
  valid += other.valid;
  valid_in_time += other.valid_in_time;
  return *this;
}

std::optional<bool> Transmission::reaches(Decimal percent) const {
  return reached(valid, due, percent);
}

std::optional<bool> Transmission::reaches_in_time(Decimal percent) const {
  return reached(valid_in_time, due, percent);
}

}  // namespace parkwatch
