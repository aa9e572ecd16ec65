#pragma once

#include <cstdint>
#include <optional>

#include "processors/window.h"

namespace parkwatch {

/// Closed hours of one series, or of several, by what came of them. The effective transmission rate
/// (有效传输率) is transmission × validity: completed, from all that has arrived up to now, and
/// immediate, from what had arrived when its hour closed (docs/rules/transmission.md).
struct Transmission {
  std::int64_t due = 0;            // that should have a value
  std::int64_t left_out = 0;       // not due because a standard check took them
  std::int64_t arrived = 0;        // of the due ones with any value, whenever it came
  std::int64_t in_time = 0;        // of these before the hour closed
  std::int64_t valid = 0;          // of those that arrived
  std::int64_t valid_in_time = 0;  // of those that arrived in time

  /// Counts an hour of one series; the hours of a local day in the order of time. `closes`: its end
  /// plus the grace. The day's first `checks` hours that a standard check made invalid are left
  /// out.
  void count(const Window& hour, EventTime closes, std::int64_t checks);
  Transmission& operator+=(const Transmission& other);

  /// arrived / due.
  std::optional<Decimal> rate() const { return Decimal::ratio(arrived, due); }
  /// valid / arrived.
  std::optional<Decimal> validity() const { return Decimal::ratio(valid, arrived); }
  /// The product of the two fractions, rounded once. Nothing where nothing is due.
  std::optional<Decimal> effective() const { return Decimal::ratio(valid, due); }
  std::optional<Decimal> immediate() const { return Decimal::ratio(valid_in_time, due); }
  /// Whether the completed effective rate reaches a percentage. Nothing where nothing is due.
  std::optional<bool> reaches(Decimal percent) const;
  /// Whether the immediate one does.
  std::optional<bool> reaches_in_time(Decimal percent) const;
  friend bool operator==(const Transmission&, const Transmission&) = default;
};

}  // namespace parkwatch
