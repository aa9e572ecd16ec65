#include <algorithm>

#include "processors/operation_hour.h"

// The rules of OperationJudge that look at more than on and off: loads, dampers, reported states
// and concentrations.

namespace parkwatch {

namespace {

using std::chrono::hours;

}  // namespace

/// Sum over the unit's meters of one sort: power, else current; or the other way round. Nothing
/// while one of them has no value.
std::optional<OperationJudge::Load> OperationJudge::load(UnitOf of, const std::string& unit,
                                                         std::size_t minute,
                                                         bool current_first) const {
  const auto sum = [&](bool current) -> std::optional<Load> {
    std::int64_t value = 0;
    std::int64_t rated = 0;
    for (const MeterFacts& facts : meters_) {
      const Meter& meter = *facts.meter;
      const bool of_unit = meter.of == of && meter.unit == unit &&
                           meter.signal != MeterSignal::Damper &&
                           (meter.signal == MeterSignal::Current) == current &&
                           meter.validity.covers(frame_.at(minute));
      if (!of_unit) continue;
      const std::optional<Decimal>& one = facts.minutes.values[minute];
      if (!one) return std::nullopt;
      value += one->units();
      rated += meter.rated.units();
    }
    if (rated == 0) return std::nullopt;
    return Load{Decimal::from_units(value), Decimal::from_units(rated)};
  };
  const std::optional<Load> first = sum(current_first);
  return first ? first : sum(!current_first);
}

/// TS-O04. The facility runs, but below the share of what it draws in good order at this production
/// load.
void OperationJudge::judge_load(const Treatment& treatment) {
  const Decimal share = rules_.number("TS-O04", "load_percent", site_.enterprise, frame_.hour);
  const States& line = states_of(UnitOf::Line, treatment.line);
  const States& facility = states_of(UnitOf::Facility, treatment.facility);
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    const EventTime at = frame_.at(i);
    if (line[i] != RunState::On || facility[i] != RunState::On) continue;
    if (!treatment.validity.covers(at) || excused(treatment.facility, at)) continue;
    const std::optional<Load> produced = load(UnitOf::Line, treatment.line, i, false);
    const std::optional<Load> drawn = load(UnitOf::Facility, treatment.facility, i, false);
    if (!produced || !drawn) continue;
    const Baseline* baseline = nullptr;
    for (const Baseline& row : site_.baselines) {
      const bool reached = row.line == treatment.line && row.facility == treatment.facility &&
                           row.validity.covers(at) &&
                           compare_percent(produced->value, produced->rated, row.load_percent) >= 0;
      if (reached && (baseline == nullptr || baseline->load_percent < row.load_percent)) {
        baseline = &row;
      }
    }
    if (baseline == nullptr) continue;
    if (compare_percent(drawn->value, baseline->power, share) < 0) {
      hold("TS-O04", treatment.line + "/" + treatment.facility, i);
    }
  }
}

/// TS-O07. A damper's value holds for as long as a power's does.
void OperationJudge::judge_bypass(const Treatment& treatment) {
  const Decimal open = rules_.number("TS-O07", "open_percent", site_.enterprise, frame_.hour);
  const States& line = states_of(UnitOf::Line, treatment.line);
  for (const MeterFacts& facts : meters_) {
    const Meter& meter = *facts.meter;
    const bool bypass = meter.signal == MeterSignal::Damper && meter.unit == treatment.facility;
    if (!bypass) continue;
    std::optional<Decimal> last;
    for (std::size_t i = 0; i < frame_.last(); ++i) {
      if (facts.minutes.values[i]) last = facts.minutes.values[i];
      if (facts.silent[i] || !last || line[i] != RunState::On) continue;
      const EventTime at = frame_.at(i);
      const bool counts = treatment.validity.covers(at) && meter.validity.covers(at) &&
                          !marked(OperationOrder::Kind::Maintenance, treatment.facility, at);
      if (counts && compare_percent(*last, meter.rated, open) >= 0) {
        hold("TS-O07", treatment.line + "/" + treatment.facility, i);
      }
    }
  }
}

/// TS-O08. Held in the last minute of each stretch in which the treatment's values hardly differ
/// while the production's do.
void OperationJudge::judge_flat(const Treatment& treatment) {
  const auto number = [&](const char* name) {
    return rules_.number("TS-O08", name, site_.enterprise, frame_.hour);
  };
  const auto length = static_cast<std::size_t>(number("minutes").units() / Decimal::one);
  const std::int64_t least = number("samples").units() / Decimal::one;
  const Decimal flat = number("flat_percent");
  const Decimal vary = number("vary_percent");
  MinuteValues drawn(frame_.size()), produced(frame_.size());
  Decimal facility_rated, line_rated;
  for (std::size_t i = 0; i < frame_.last(); ++i) {
    if (!treatment.validity.covers(frame_.at(i))) continue;
    if (excused(treatment.facility, frame_.at(i))) continue;
    if (const auto one = load(UnitOf::Facility, treatment.facility, i, true)) {
      drawn[i] = one->value;
      facility_rated = one->rated;
    }
    if (const auto one = load(UnitOf::Line, treatment.line, i, false)) {
      produced[i] = one->value;
      line_rated = one->rated;
    }
  }
  const States& facility = states_of(UnitOf::Facility, treatment.facility);
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    if (i + 1 < length || facility[i] != RunState::On) continue;
    const std::size_t from = i + 1 - length;
    if (!drawn[from] || !drawn[i]) continue;
    const std::optional<Decimal> of_facility = spread(drawn, from, i + 1, least);
    const std::optional<Decimal> of_line = spread(produced, from, i + 1, least);
    if (!of_facility || !of_line) continue;
    if (compare_percent(*of_facility, facility_rated, flat) <= 0 &&
        compare_percent(*of_line, line_rated, vary) >= 0) {
      hold("TS-O08", treatment.line + "/" + treatment.facility, i);
    }
  }
}

std::set<std::string> devices_of_facility(const Plan& plan, const OperationSite& site,
                                          const Facility& facility) {
  std::set<std::string> outlets{facility.outlet};
  if (facility.outlet.empty()) outlets = site.outlets;
  std::set<std::string> found;
  for (const std::string& id : outlets) {
    const OutletPlan* outlet = plan.outlet(id);
    if (outlet == nullptr) continue;
    for (const Device& device : outlet->devices) found.insert(device.mn);
  }
  for (const Meter& meter : site.meters) {
    if (meter.of == UnitOf::Facility && meter.unit == facility.id) found.insert(meter.mn);
  }
  return found;
}

/// What is said of the facility in each minute: runs, is off, or nothing of the two. A report holds
/// until the next, for `hold_minutes` at most.
std::vector<std::optional<bool>> OperationJudge::reported_states(
    const std::string& facility) const {
  std::vector<std::optional<std::string>> said(frame_.size());
  std::vector<std::optional<bool>> states(frame_.size());
  const Facility* row = site_.facility_at(facility, frame_.hour);
  if (row == nullptr || row->hj212_code.empty()) return states;
  for (const std::string& mn : devices_of_facility(plan_, site_, *row)) {
    for (EventTime hour = floor_to(frame_.at(0), hours(1)); hour < frame_.at(frame_.last());
         hour = hour + hours(1)) {
      const DeviceHour* content = hours_(mn, hour);
      if (content == nullptr) continue;
      for (const Kind kind : {Kind::Realtime, Kind::Minute, Kind::Status}) {
        for (const KeptValue& value : content->values(row->hj212_code, kind)) {
          const std::optional<std::size_t> minute = frame_.minute(value.time);
          const auto state = find_attribute(value.attributes, "RS");
          if (minute && state) said[*minute] = std::string(*state);
        }
      }
    }
  }
  const std::int64_t held = rules_.whole("TS-O05", "hold_minutes", site_.enterprise, frame_.hour);
  std::int64_t age = 0;
  std::optional<std::string> last;
  for (std::size_t i = 0; i < frame_.last(); ++i) {
    age = said[i] ? 0 : age + 1;
    if (said[i]) last = said[i];
    if (!last || age > held) continue;
    // 2 to 5 (calibration, maintenance, alarm, back-purge) say nothing of power (HJ 212-2017).
    if (*last == "1") states[i] = true;
    if (*last == "0") states[i] = false;
  }
  return states;
}

/// TS-O05.
void OperationJudge::judge_reported(const std::string& facility) {
  const States& powered = states_of(UnitOf::Facility, facility);
  const std::vector<std::optional<bool>> reported = reported_states(facility);
  for (std::size_t i = frame_.first(); i < frame_.last(); ++i) {
    if (!reported[i] || excused(facility, frame_.at(i))) continue;
    const RunState contrary = *reported[i] ? RunState::Off : RunState::On;
    if (powered[i] == contrary) hold("TS-O05", facility, i);
  }
}

bool OperationJudge::near_zero(Decimal value, const FactorPlan& factor) const {
  if (value <= Decimal()) return true;
  if (!factor.row.range_max) return false;
  const Decimal share = rules_.number("TS-O10", "zero_percent", site_.enterprise, frame_.hour);
  const Wide left = Wide{value.units()} * 100 * Decimal::one * factor.row.denominator;
  const Wide right = Wide{factor.row.range_max->units()} * share.units() * factor.row.numerator;
  return left <= right;
}

/// TS-O10. All pollutants with a valid minute are near zero, or oxygen is that of air.
void OperationJudge::judge_collapse(const std::string& line, const std::string& outlet_id) {
  const OutletPlan* outlet = plan_.outlet(outlet_id);
  const Outlet* row = outlet == nullptr ? nullptr : outlet->row_at(frame_.hour);
  const std::string* park = site_.park_at(frame_.hour);
  if (row == nullptr || park == nullptr) return;
  const States& states = states_of(UnitOf::Line, line);
  const Parameters& parameters = plan_.parameters(row->rule_pack, frame_.hour);
  const EventTime day = plan_.zone_of_park(*park).day_start(frame_.hour);
  const Decimal air = rules_.number("TS-O10", "oxygen_percent", site_.enterprise, frame_.hour);
  std::array<bool, 60> collapsed{}, present{}, airy{};
  for (const FactorPlan& factor : outlet->factors) {
    const bool pollutant = factor.role == FactorRole::Pollutant;
    if (!factor.row.validity.covers(frame_.hour)) continue;
    if (!pollutant && factor.role != FactorRole::Oxygen) continue;
    const Device* device = outlet->device_at(factor, frame_.hour);
    if (device == nullptr) continue;
    const Minutes gathered = gather_minutes(factor, *device, frame_.hour, day, parameters, hours_);
    for (std::size_t i = 0; i < 60; ++i) {
      const Minutes::Minute& minute = gathered.minutes[i];
      if (minute.state != MinuteState::Valid) continue;
      if (!pollutant) {
        airy[i] = minute.value > air;
      } else {
        collapsed[i] = (collapsed[i] || !present[i]) && near_zero(minute.value, factor);
        present[i] = true;
      }
    }
  }
  using enum OperationOrder::Kind;
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t minute = frame_.first() + i;
    if (states[minute] != RunState::On || !(airy[i] || (present[i] && collapsed[i]))) continue;
    const EventTime at = frame_.at(minute);
    const bool emits = site_.outlets_of_line(line, at).contains(outlet_id);
    bool any_mark = false;
    for (const OperationOrder::Kind kind : {Stop, Limit, Maintenance, Fault, Marked}) {
      any_mark = any_mark || marked(kind, outlet_id, at) || marked(kind, line, at);
    }
    if (emits && !any_mark) hold("TS-O10", line + "/" + outlet_id, minute);
  }
}

}  // namespace parkwatch
