#include "processors/minutes.h"

#include <algorithm>

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

bool may_be_negative(FactorRole role) {
  return role == FactorRole::Temperature || role == FactorRole::Pressure ||
         role == FactorRole::Other;
}

std::int64_t fill_minutes(const Device& device) {
  return (device.report_interval_s + 59) / 60;
}

/// The number as sent against a bound in the same unit, exactly.
int compare(const Number& number, Decimal bound) {
  const Wide left = Wide{number.mantissa} * Decimal::one;
  const Wide right = Wide{bound.units()} * power_of_ten(number.scale);
  return left < right ? -1 : (left > right ? 1 : 0);
}

/// Calls `visit` for every monitored value with data time in [from, to), ascending.
template <class Visit>
void for_each_value(const DeviceHours& hours_of, const Device& device, const FactorPlan& factor,
                    Kind kind, EventTime from, EventTime to, Visit visit) {
  for (EventTime hour = floor_to(from, hours(1)); hour < to; hour = hour + hours(1)) {
    const DeviceHour* content = hours_of(device.mn, hour);
    if (content == nullptr) continue;
    for (const KeptValue& value : content->values(factor.row.factor, kind)) {
      if (value.time < from) continue;
      if (!(value.time < to)) break;
      if (monitored(value, device, factor)) visit(value);
    }
  }
}

/// Collects valid samples of one minute.
struct SampleMean {
  Wide sum = 0;
  Wide converted_sum = 0;
  std::int64_t count = 0;
  std::int64_t converted_count = 0;
  bool any = false;

  void add(const KeptValue& value, const Judged& judged, const FactorPlan& factor) {
    any = true;
    if (judged.state != Judged::State::Valid) return;
    sum += judged.value.units();
    ++count;
    if (const std::optional<Decimal> zs = stored_number(value, "ZsRtd", factor)) {
      converted_sum += zs->units();
      ++converted_count;
    }
  }
  Minutes::Minute minute() const {
    Minutes::Minute result;
    if (!any) return result;
    result.state = MinuteState::Invalid;
    if (count == 0) return result;
    result.state = MinuteState::Valid;
    result.value = Decimal::quotient(sum, count).value_or(Decimal());
    if (converted_count > 0) {
      result.logger_converted = Decimal::quotient(converted_sum, converted_count);
    }
    return result;
  }
};

void widen(Minutes& result, Decimal value) {
  if (!result.minimum || value < *result.minimum) result.minimum = value;
  if (!result.maximum || value > *result.maximum) result.maximum = value;
}

std::size_t minute_index(EventTime at, EventTime hour) {
  return static_cast<std::size_t>((at - hour).count() / 60'000);
}

/// Gathers one hour of a factor that is measured continuously.
class ContinuousHour {
 public:
  ContinuousHour(const FactorPlan& factor, const Device& device, EventTime hour,
                 const Parameters& parameters, const DeviceHours& hours_of)
      : factor_(factor), device_(device), hour_(hour), parameters_(parameters), hours_(hours_of) {}

  Minutes gather() {
    read_samples();
    read_reports();
    for (std::size_t i = 0; i < 60; ++i) result_.minutes[i] = minute(i);
    return std::move(result_);
  }

 private:
  static constexpr std::size_t back_max = 59;  // minutes a sample may fill: k is 60 at most

  void read_samples() {
    const std::int64_t back = std::min<std::int64_t>(fill_minutes(device_) - 1, back_max);
    for_each_value(hours_, device_, factor_, Kind::Realtime, hour_ - minutes(back),
                   hour_ + hours(1), [&](const KeptValue& value) {
                     const Judged judged = judge(value, "Rtd", factor_, parameters_);
                     const std::int64_t offset =
                         (floor_to(value.time, minutes(1)) - hour_).count() / 60'000;
                     samples_[static_cast<std::size_t>(offset + std::int64_t{back_max})].add(
                         value, judged, factor_);
                     if (offset < 0) return;
                     note_arrival(result_.first_arrival, value.first_received());
                     note(judged);
                     if (judged.state != Judged::State::Valid) return;
                     ++result_.samples;
                     widen(result_, judged.value);
                   });
  }

  void read_reports() {
    const milliseconds length = minutes(device_.minute_interval);
    const milliseconds label = device_.minute_label == Label::End ? length : milliseconds(0);
    for_each_value(hours_, device_, factor_, Kind::Minute, hour_ - length + label,
                   hour_ + hours(1) + label, [&](const KeptValue& value) {
                     const EventTime start = interval_start(Kind::Minute, value.time, device_);
                     if (start + length <= hour_ || start >= hour_ + hours(1)) return;
                     add_report(value, start);
                   });
    finish_masses();
  }

  void add_report(const KeptValue& value, EventTime start) {
    const Judged judged = judge(value, "Avg", factor_, parameters_);
    Minutes::Minute minute;
    minute.state = MinuteState::Invalid;
    if (judged.state == Judged::State::Valid) {
      minute.state = MinuteState::Valid;
      minute.value = judged.value;
      minute.logger_converted = stored_number(value, "ZsAvg", factor_);
    }
    const std::optional<std::string_view> cou = find_attribute(value.attributes, "Cou");
    const std::optional<Number> mass = cou ? Number::parse(*cou) : std::nullopt;
    for (std::int64_t i = 0; i < device_.minute_interval; ++i) {
      const EventTime at = start + minutes(i);
      if (at < hour_ || at >= hour_ + hours(1)) continue;
      // Values come in ascending time, so the report with the latest start is written last.
      const std::size_t index = minute_index(at, hour_);
      reports_[index] = minute;
      covered_by_[index] = start;
      masses_[index] = minute.state == MinuteState::Valid ? mass : std::nullopt;
    }
    note_arrival(result_.first_arrival, value.first_received());
    if (value.received < ReceivedTime((start + minutes(device_.minute_interval)).milliseconds())) {
      result_.received_early = true;
    }
    if (start < hour_) return;
    note(judged);
    if (judged.state != Judged::State::Valid) return;
    widen(result_, stored_number(value, "Min", factor_).value_or(judged.value));
    widen(result_, stored_number(value, "Max", factor_).value_or(judged.value));
  }

  /// The reports' own masses count only where they cover the hour exactly and whole.
  void finish_masses() {
    MassDecimal sum;
    std::optional<EventTime> last;
    for (std::size_t i = 0; i < 60; ++i) {
      if (!reports_[i] || !masses_[i]) return;
      const EventTime start = covered_by_[i];
      if (start < hour_ || start + minutes(device_.minute_interval) > hour_ + hours(1)) return;
      if (last == start) continue;
      last = start;
      const std::optional<MassDecimal> mass = MassDecimal::from_number(*masses_[i]);
      const std::optional<MassDecimal> next = mass ? add(sum, *mass) : std::nullopt;
      if (!next) return;
      sum = *next;
    }
    result_.minute_masses = sum;
  }

  Minutes::Minute minute(std::size_t index) const {
    const std::size_t own = index + back_max;
    if (reports_[index] && reports_[index]->state == MinuteState::Valid) return *reports_[index];
    const Minutes::Minute sampled = samples_[own].minute();
    if (sampled.state == MinuteState::Valid) return sampled;
    if (reports_[index] || sampled.state == MinuteState::Invalid) {
      Minutes::Minute invalid;
      invalid.state = MinuteState::Invalid;
      return invalid;
    }
    const auto fill =
        static_cast<std::size_t>(std::min<std::int64_t>(fill_minutes(device_) - 1, back_max));
    for (std::size_t back = 1; back <= fill; ++back) {
      if (samples_[own - back].any) return samples_[own - back].minute();
    }
    return {};
  }

  void note(const Judged& judged) {
    if (judged.state == Judged::State::OverRange) result_.over_range = true;
    if (judged.below) result_.below_range = true;
    if (judged.zero_band) result_.zero_band = true;
  }

  const FactorPlan& factor_;
  const Device& device_;
  EventTime hour_;
  const Parameters& parameters_;
  const DeviceHours& hours_;
  Minutes result_;
  std::array<SampleMean, 60 + back_max> samples_;
  std::array<std::optional<Minutes::Minute>, 60> reports_;
  std::array<EventTime, 60> covered_by_{};
  std::array<std::optional<Number>, 60> masses_;
};

/// The start of the cyclic factor's slot that an instant lies in, counted from a midnight.
EventTime slot_start(const FactorPlan& factor, EventTime midnight, EventTime at) {
  const milliseconds period = minutes(factor.row.period_minutes);
  return midnight + milliseconds((at - midnight) / period * period.count());
}

/// One slot's value: its first valid sample or report by data time, else invalid if there is any.
struct Slot {
  Minutes::Minute minute;
  bool any = false;
  std::optional<EventTime> valid_since;
};

Slot read_slot(const FactorPlan& factor, const Device& device, EventTime from, EventTime to,
               const Parameters& parameters, const DeviceHours& hours_of, Minutes& result) {
  Slot slot;
  const auto take = [&](const KeptValue& value, EventTime at, const char* attribute,
                        const char* converted) {
    const Judged judged = judge(value, attribute, factor, parameters);
    slot.any = true;
    note_arrival(result.first_arrival, value.first_received());
    if (judged.state == Judged::State::OverRange) result.over_range = true;
    if (judged.below) result.below_range = true;
    if (judged.zero_band) result.zero_band = true;
    if (judged.state != Judged::State::Valid) return;
    if (slot.valid_since && *slot.valid_since <= at) return;
    slot.valid_since = at;
    slot.minute.state = MinuteState::Valid;
    slot.minute.value = judged.value;
    slot.minute.logger_converted = stored_number(value, converted, factor);
  };
  for_each_value(hours_of, device, factor, Kind::Realtime, from, to,
                 [&](const KeptValue& value) { take(value, value.time, "Rtd", "ZsRtd"); });
  const milliseconds label = device.minute_label == Label::End
                                 ? milliseconds(minutes(device.minute_interval))
                                 : milliseconds(0);
  for_each_value(hours_of, device, factor, Kind::Minute, from + label, to + label + minutes(1),
                 [&](const KeptValue& value) {
                   const EventTime start = interval_start(Kind::Minute, value.time, device);
                   if (start >= from && start < to) take(value, start, "Avg", "ZsAvg");
                 });
  if (slot.any && slot.minute.state == MinuteState::Missing) {
    slot.minute.state = MinuteState::Invalid;
  }
  return slot;
}

Minutes gather_cyclic(const FactorPlan& factor, const Device& device, EventTime hour,
                      EventTime day_start, const Parameters& parameters,
                      const DeviceHours& hours_of) {
  Minutes result;
  // Slots give the values; what the logger itself accumulated is in its minute reports all the
  // same.
  result.minute_masses =
      ContinuousHour(factor, device, hour, parameters, hours_of).gather().minute_masses;
  const milliseconds period = minutes(factor.row.period_minutes);
  EventTime from = slot_start(factor, day_start, hour);
  for (; from < hour + hours(1); from = from + period) {
    const Slot slot = read_slot(factor, device, from, from + period, parameters, hours_of, result);
    if (!slot.any) continue;
    const bool begins_here = from >= hour;
    if (slot.minute.state == MinuteState::Valid) {
      widen(result, slot.minute.value);
      if (begins_here) ++result.samples;
    }
    for (std::size_t i = 0; i < 60; ++i) {
      const EventTime at = hour + minutes(i);
      if (at >= from && at < from + period) result.minutes[i] = slot.minute;
    }
  }
  return result;
}

}  // namespace

void note_arrival(std::optional<ReceivedTime>& first, ReceivedTime arrival) {
  if (!first || arrival < *first) first = arrival;
}

bool monitored(const KeptValue& value, const Device& device, const FactorPlan& factor) {
  if (factor.row.validity.covers(value.time) && device.validity.covers(value.time)) return true;
  // Rows that follow each other register one thing: the window's own row decides how it is judged
  // only.
  const std::span<const Device> devices = factor.outlet->devices;
  return factor.outlet->factor_at(factor.row.factor, value.time) != nullptr &&
         std::any_of(devices.begin(), devices.end(), [&](const Device& row) {
           return row.mn == device.mn && row.validity.covers(value.time);
         });
}

std::int64_t interval_minutes(const Device& device) {
  return std::max<std::int64_t>(device.minute_interval, fill_minutes(device));
}

EventTime interval_start(Kind kind, EventTime time, const Device& device) {
  switch (kind) {
    case Kind::Minute: {
      const EventTime start = floor_to(time, minutes(1));
      return device.minute_label == Label::End ? start - minutes(device.minute_interval) : start;
    }
    case Kind::Hour:
      return device.hour_label == Label::End ? time - hours(1) : time;
    case Kind::Day:
      return device.day_label == Label::End ? time - hours(24) : time;
    case Kind::Realtime:
    case Kind::Status:
      return time;
  }
  return time;
}

std::optional<Decimal> stored_number(const KeptValue& value, std::string_view attribute,
                                     const FactorPlan& factor) {
  const std::optional<std::string_view> text = find_attribute(value.attributes, attribute);
  const std::optional<Number> number = text ? Number::parse(*text) : std::nullopt;
  if (!number) return std::nullopt;
  return Decimal::from_number(*number, factor.row.numerator, factor.row.denominator);
}

Judged judge(const KeptValue& value, std::string_view attribute, const FactorPlan& factor,
             const Parameters& parameters) {
  const auto refused = [](std::string_view why, Judged::State state = Judged::State::Invalid) {
    Judged judged;
    judged.state = state;
    judged.why = why;
    return judged;
  };
  const std::optional<std::string_view> text = find_attribute(value.attributes, attribute);
  const std::optional<Number> number = text ? Number::parse(*text) : std::nullopt;
  if (!number) return refused("no number");
  const std::optional<std::string_view> flag = find_attribute(value.attributes, "Flag");
  const bool unflagged = !flag || flag->empty();
  if (unflagged && parameters.flag_required[static_cast<std::size_t>(value.scheme)]) {
    return refused("no flag where one is required");
  }
  if (!unflagged && *flag == "T") return refused("flag T", Judged::State::OverRange);
  const bool set_value = !unflagged && *flag == "S" && factor.row.set_parameter;
  if (!unflagged && *flag != "N" && !set_value) return refused("flag other than N");
  Judged judged;
  judged.state = Judged::State::Valid;
  if (number->mantissa < 0 && factor.row.zero_band &&
      compare(*number, Decimal::from_units(-factor.row.zero_band->units())) >= 0) {
    judged.zero_band = true;
    return judged;
  }
  const auto below = [&](std::string_view why) {
    Judged refusal = refused(why);
    refusal.below = true;
    return refusal;
  };
  if (number->mantissa < 0 && !may_be_negative(factor.role)) return below("negative");
  if (factor.row.range_min && compare(*number, *factor.row.range_min) < 0) {
    return below("below the range");
  }
  if (factor.row.range_max && compare(*number, *factor.row.range_max) > 0) {
    return refused("above the range", Judged::State::OverRange);
  }
  const std::optional<Decimal> stored =
      Decimal::from_number(*number, factor.row.numerator, factor.row.denominator);
  if (!stored) return refused("too large");
  judged.value = *stored;
  return judged;
}

Minutes gather_minutes(const FactorPlan& factor, const Device& device, EventTime hour,
                       EventTime day_start, const Parameters& parameters,
                       const DeviceHours& hours_of) {
  if (factor.row.cyclic && factor.row.period_minutes > 0) {
    return gather_cyclic(factor, device, hour, day_start, parameters, hours_of);
  }
  return ContinuousHour(factor, device, hour, parameters, hours_of).gather();
}

bool repeats_slot(const KeptValue& sample, const FactorPlan& factor, const Device& device,
                  const Zone& zone, const Parameters& parameters, const DeviceHours& hours_of) {
  if (!factor.row.cyclic || factor.row.period_minutes <= 0) return false;
  const auto plain = [&](const KeptValue& value) {
    const Judged judged = judge(value, "Rtd", factor, parameters);
    return judged.state == Judged::State::Valid && !judged.zero_band &&
           monitored(value, device, factor);
  };
  if (!plain(sample)) return false;
  const EventTime day = zone.day_start(sample.time);
  const EventTime slot = slot_start(factor, day, sample.time);
  // The last slot of a day of 23 or 25 hours may go on after midnight.
  if (slot_start(factor, zone.day_start(day - milliseconds(1)), sample.time) < day) return false;
  for (EventTime hour = floor_to(slot, hours(1)); hour < sample.time; hour = hour + hours(1)) {
    const DeviceHour* content = hours_of(device.mn, hour);
    if (content == nullptr) continue;
    for (const KeptValue& value : content->values(factor.row.factor, Kind::Realtime)) {
      if (value.time < slot) continue;
      if (!(value.time < sample.time)) break;
      if (value.first_received() <= sample.first_received() && plain(value)) return true;
    }
  }
  return false;
}

TouchedHours touched_hours(Kind kind, EventTime time, const Device& device,
                           const FactorPlan* factor, const Zone& zone) {
  const EventTime start = interval_start(kind, time, device);
  EventTime end = start;
  if (kind == Kind::Realtime) end = start + minutes(fill_minutes(device) - 1);
  if (kind == Kind::Minute) end = start + minutes(device.minute_interval) - milliseconds(1);
  TouchedHours touched{floor_to(start, hours(1)), floor_to(end, hours(1))};
  const bool sampled = kind == Kind::Realtime || kind == Kind::Minute;
  if (sampled && factor != nullptr && factor->row.cyclic && factor->row.period_minutes > 0) {
    const milliseconds period = minutes(factor->row.period_minutes);
    const EventTime day = zone.day_start(start);
    const EventTime slot = slot_start(*factor, day, start);
    touched.first = floor_to(slot, hours(1));
    touched.last = floor_to(slot + period - milliseconds(1), hours(1));
    // A day of 23 or 25 hours may not be whole periods long: its last slot goes on after midnight.
    const EventTime before = slot_start(*factor, zone.day_start(day - milliseconds(1)), start);
    if (before < day) touched.first = floor_to(before, hours(1));
  }
  return touched;
}

}  // namespace parkwatch
