#include "processors/operation_series.h"

#include <algorithm>

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// The number an attribute holds; nothing where it is unreadable or flagged as not normal.
std::optional<Decimal> number_of(const KeptValue& value, std::string_view attribute) {
  const std::optional<std::string_view> flag = find_attribute(value.attributes, "Flag");
  if (flag && *flag != "N") return std::nullopt;
  const std::optional<std::string_view> text = find_attribute(value.attributes, attribute);
  return text ? Decimal::parse(*text) : std::nullopt;
}

/// Calls `visit(minute, value)` for the meter's values of a kind within the frame, ascending.
template <class Visit>
void for_each_value(const Meter& meter, const Device* device, const OperationFrame& frame,
                    Kind kind, const DeviceHours& hours_of, const Visit& visit) {
  static const Device unregistered;  // labels as the standard says
  const Device& labels = device == nullptr ? unregistered : *device;
  const EventTime from = floor_to(frame.at(0), hours(1));
  // A report that names its interval's end may lie in the hour behind the frame.
  for (EventTime hour = from; hour <= frame.at(frame.size()); hour = hour + hours(1)) {
    const DeviceHour* content = hours_of(meter.mn, hour);
    if (content == nullptr) continue;
    for (const KeptValue& value : content->values(meter.factor, kind)) {
      if (!meter.validity.covers(value.time)) continue;
      const std::optional<std::size_t> minute =
          frame.minute(interval_start(kind, value.time, labels));
      if (minute) visit(*minute, value);
    }
  }
}

bool in_hour(const OperationFrame& frame, std::size_t minute) {
  return frame.first() <= minute && minute < frame.last();
}

MeterMinutes gather_power(const Meter& meter, const Device* device, const OperationFrame& frame,
                          const DeviceHours& hours_of) {
  MeterMinutes result;
  result.values.resize(frame.size());
  std::vector<Wide> sums(frame.size());
  std::vector<std::int64_t> counts(frame.size());
  const auto usable = [&](std::size_t minute, const std::optional<Decimal>& value) {
    if (value && *value < Decimal() && in_hour(frame, minute)) ++result.negative;
    return value && *value >= Decimal();
  };
  for_each_value(meter, device, frame, Kind::Realtime, hours_of,
                 [&](std::size_t minute, const KeptValue& value) {
                   const std::optional<Decimal> number = number_of(value, "Rtd");
                   if (!usable(minute, number)) return;
                   sums[minute] += number->units();
                   ++counts[minute];
                 });
  for (std::size_t i = 0; i < frame.size(); ++i) {
    if (counts[i] > 0) result.values[i] = Decimal::quotient(sums[i], counts[i]);
  }
  for_each_value(meter, device, frame, Kind::Minute, hours_of,
                 [&](std::size_t minute, const KeptValue& value) {
                   const std::optional<Decimal> number = number_of(value, "Avg");
                   if (usable(minute, number)) result.values[minute] = number;
                 });
  return result;
}

MeterMinutes gather_energy(const Meter& meter, const Device* device, const OperationFrame& frame,
                           std::int64_t gap_minutes, const DeviceHours& hours_of) {
  MeterMinutes result;
  result.values.resize(frame.size());
  MinuteValues counters(frame.size());
  for (const Kind kind : {Kind::Realtime, Kind::Minute}) {
    for_each_value(meter, device, frame, kind, hours_of,
                   [&](std::size_t minute, const KeptValue& value) {
                     const std::optional<Decimal> number = number_of(value, "Cou");
                     if (!number) return;
                     if (*number >= Decimal()) {
                       counters[minute] = number;
                     } else if (in_hour(frame, minute)) {
                       ++result.negative;
                     }
                   });
  }
  std::optional<std::size_t> former;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (!counters[i]) continue;
    if (former) {
      const Wide rise = Wide{counters[i]->units()} - counters[*former]->units();
      const auto passed = static_cast<std::int64_t>(i - *former);
      if (rise < 0 && in_hour(frame, i)) ++result.resets;
      if (rise >= 0 && passed <= gap_minutes) {
        result.values[i] = Decimal::quotient(rise * 60, passed);  // kWh in minutes to kW
      }
    }
    former = i;
  }
  return result;
}

}  // namespace

std::optional<std::size_t> OperationFrame::minute(EventTime time) const {
  if (time < at(0) || time >= until) return std::nullopt;
  const auto index = static_cast<std::size_t>((time - at(0)) / minutes(1));
  return index < size() ? std::optional(index) : std::nullopt;
}

MeterMinutes gather_meter(const Meter& meter, const Device* device, const OperationFrame& frame,
                          std::int64_t gap_minutes, const DeviceHours& hours_of) {
  if (meter.signal == MeterSignal::Energy) {
    return gather_energy(meter, device, frame, gap_minutes, hours_of);
  }
  return gather_power(meter, device, frame, hours_of);
}

int compare_percent(Decimal value, Decimal whole, Decimal percent) {
  const Wide left = Wide{value.units()} * 100 * Decimal::one;
  const Wide right = Wide{whole.units()} * percent.units();
  return left < right ? -1 : (left > right ? 1 : 0);
}

StateRule::StateRule(const OperationRules& rules, const std::string& site, EventTime at)
    : on_percent(rules.number("state", "on_percent", site, at)),
      idle_factor(rules.number("state", "idle_factor", site, at)),
      off_percent(rules.number("state", "off_percent", site, at)),
      samples(rules.whole("state", "samples", site, at)),
      unknown_after_minutes(rules.whole("state", "unknown_after_minutes", site, at)) {}

std::vector<RunState> run_states(const MinuteValues& values, const Meter& meter,
                                 const StateRule& rule, std::size_t end) {
  std::vector<RunState> states(values.size(), RunState::Unknown);
  RunState state = RunState::Unknown;
  std::int64_t on = 0;
  std::int64_t off = 0;
  std::int64_t without = 0;  // minutes since the last value
  for (std::size_t i = 0; i < std::min(end, values.size()); ++i) {
    if (values[i]) {
      without = 0;
      const bool above_idle = Wide{values[i]->units()} * Decimal::one >=
                              Wide{meter.idle.units()} * rule.idle_factor.units();
      const bool is_on =
          above_idle && compare_percent(*values[i], meter.rated, rule.on_percent) >= 0;
      const bool is_off = compare_percent(*values[i], meter.rated, rule.off_percent) < 0;
      on = is_on ? on + 1 : 0;
      off = is_off ? off + 1 : 0;
      if (on >= rule.samples) state = RunState::On;
      if (off >= rule.samples) state = RunState::Off;
    } else if (++without > rule.unknown_after_minutes) {
      state = RunState::Unknown;
      on = off = 0;
    }
    states[i] = state;
  }
  return states;
}

std::vector<bool> silent_minutes(const MinuteValues& values, std::int64_t after, std::size_t end) {
  std::vector<bool> silent(values.size());
  std::int64_t without = after + 1;  // what came before the frame is not known
  for (std::size_t i = 0; i < std::min(end, values.size()); ++i) {
    without = values[i] ? 0 : without + 1;
    silent[i] = without > after;
  }
  return silent;
}

std::optional<Decimal> spread(const MinuteValues& values, std::size_t from, std::size_t to,
                              std::int64_t least) {
  std::optional<Decimal> lowest, highest;
  std::int64_t count = 0;
  for (std::size_t i = from; i < to; ++i) {
    if (!values[i]) continue;
    ++count;
    if (!lowest || *values[i] < *lowest) lowest = values[i];
    if (!highest || *highest < *values[i]) highest = values[i];
  }
  if (count < least || !lowest) return std::nullopt;
  return Decimal::from_units(highest->units() - lowest->units());
}

}  // namespace parkwatch
