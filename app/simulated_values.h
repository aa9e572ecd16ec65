#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulated_population.h"
#include "ingest/hj212/segment.h"
#include "model/time.h"

namespace parkwatch {

/// One factor of a simulated outlet: a base value that moves with the time of day, noise, and hours
/// of trouble. Values are whole counts of 10^-places of the unit.
struct SimulatedFactor {
  std::string_view code;       // HJ 212-2017
  std::string_view code_2005;  // HJ/T 212-2005
  std::string_view unit;       // as sent
  int places = 1;
  std::int64_t base = 0;
  int noise_per_mille = 0;
  int range_max = 0;       // in the unit
  bool converted = false;  // also sent at reference oxygen
  bool total = false;      // a flow: hour and day reports carry Cou in m3
  int cycle_minutes = 0;   // an analyser that measures so seldom; 0: continuous
  int zero_band = 0;       // whole counts: its zero drifts so far below 0 now and then
};

/// What an outlet of this medium may report.
std::span<const SimulatedFactor> factors_of(Medium medium);

/// Owns the texts of a report's items.
class ReportText {
 public:
  void add(std::string_view factor, std::string_view attribute, std::string value);
  /// Views that live until the next `add`.
  std::vector<hj212::Item> items() const;

 private:
  struct Entry {
    std::string_view factor, attribute;
    std::string value;
  };
  std::vector<Entry> entries_;
};

/// What one outlet emits; the same arguments give the same values on every machine.
class SimulatedOutlet {
 public:
  explicit SimulatedOutlet(const SimulatedDevice& device) : device_(device) {}

  /// The items of 2011 at a time, or of 2051 for the minute that begins there.
  ReportText realtime(EventTime at, std::uint64_t variant) const;
  ReportText minute(EventTime start, std::uint64_t variant) const;
  /// The items of 2061 or 2031 for [start, end), from the minutes in it.
  ReportText interval(EventTime start, EventTime end, std::uint64_t variant) const;
  /// The items of 2021: the treatment runs.
  ReportText status(EventTime at) const;

 private:
  std::int64_t value(const SimulatedFactor& factor, EventTime at, std::uint64_t variant) const;
  std::int64_t converted(const SimulatedFactor& factor, std::int64_t value, EventTime at,
                         std::uint64_t variant) const;
  std::string_view code(const SimulatedFactor& factor) const;

  SimulatedDevice device_;
};

}  // namespace parkwatch
