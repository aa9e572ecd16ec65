#pragma once

#include <optional>

#include "processors/minutes.h"

namespace parkwatch {

/// The logger's own hour report (2061) of one factor.
struct HourReport {
  EventTime time;                    // data time, to find the same report's auxiliaries
  ReceivedTime first_received;       // of its first copy
  std::optional<Decimal> average;    // stored unit; only when valid
  std::optional<Decimal> converted;  // ZsAvg
  std::optional<Number> total;       // Cou as sent: m3 for flow, kg for others
  bool over_range = false;
  bool below_range = false;
  bool zero_band = false;
  bool received_early = false;
};

/// The report whose interval start lies in [hour, hour + 1 h); of several the latest data time.
std::optional<HourReport> read_hour_report(const FactorPlan& factor, const Device& device,
                                           EventTime hour, const Parameters& parameters,
                                           const DeviceHours& hours);

/// Whether |a - b| exceeds `percent` of |b|.
bool differ_beyond(Decimal a, Decimal b, std::int64_t percent);

}  // namespace parkwatch
