#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/operation.h"
#include "processors/minutes.h"
#include "processors/operation_rules.h"

namespace parkwatch {

/// The minutes that an hour of an operation rule is judged by: some before it, for states to be
/// known, itself, and some after it, for treatments that must run before production does.
struct OperationFrame {
  EventTime hour;
  std::size_t back = 0;   // minutes before the hour
  std::size_t ahead = 0;  // minutes after it
  EventTime until;        // minutes from here on have not closed yet and are not looked at

  std::size_t first() const { return back; }
  std::size_t last() const { return back + 60; }  // one past the hour's last minute
  std::size_t size() const { return back + 60 + ahead; }
  EventTime at(std::size_t minute) const {
    return hour + std::chrono::minutes(static_cast<std::int64_t>(minute) -
                                       static_cast<std::int64_t>(back));
  }
  /// The minute that holds an instant; nothing outside the frame or not closed.
  std::optional<std::size_t> minute(EventTime time) const;
};

/// One value a minute, where there is one.
using MinuteValues = std::vector<std::optional<Decimal>>;

/// A meter's minutes with what is odd about the hour's.
struct MeterMinutes {
  MinuteValues values;
  std::int64_t negative = 0;  // values below 0 in the hour: not used
  std::int64_t resets = 0;    // falls of an energy counter in the hour: no power across them
};

/// Gathers a meter's minutes. A minute report counts before samples, whose mean is rounded once,
/// half to even; an energy counter's difference to its former value, at most `gap_minutes` older,
/// becomes power. `device` is the logger registered under the MN, whose labels count; may be null.
MeterMinutes gather_meter(const Meter& meter, const Device* device, const OperationFrame& frame,
                          std::int64_t gap_minutes, const DeviceHours& hours);

/// Whether a machine runs. Unknown is never off.
enum class RunState : std::uint8_t { Unknown, Off, On };

/// When power means on or off (rules/operation.csv, rule state).
struct StateRule {
  Decimal on_percent, idle_factor, off_percent;
  std::int64_t samples = 3;
  std::int64_t unknown_after_minutes = 5;

  StateRule(const OperationRules& rules, const std::string& site, EventTime at);
};

/// The state at the end of each minute: on or off once `samples` values in a row say so, held
/// between, unknown without values for too long and until the first decision. `end`: one past the
/// last minute that has closed; later ones are unknown.
std::vector<RunState> run_states(const MinuteValues& values, const Meter& meter,
                                 const StateRule& rule, std::size_t end);

/// Whether each minute lies more than `after` minutes behind the last value.
std::vector<bool> silent_minutes(const MinuteValues& values, std::int64_t after, std::size_t end);

/// value * 100 against percent of the whole, exactly: -1, 0 or 1.
int compare_percent(Decimal value, Decimal whole, Decimal percent);

/// Greatest less least of the values in [from, to); nothing when there are fewer than `least`.
std::optional<Decimal> spread(const MinuteValues& values, std::size_t from, std::size_t to,
                              std::int64_t least);

}  // namespace parkwatch
