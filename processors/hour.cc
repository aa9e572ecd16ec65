#include "processors/hour.h"

#include <algorithm>
#include <array>
#include <map>

#include "processors/conversion.h"
#include "processors/quality.h"
#include "processors/series.h"

namespace parkwatch {

namespace {

using std::chrono::hours;

/// The mean of `count` values whose units sum to `sum`.
std::optional<Decimal> mean(Wide sum, std::int64_t count) {
  return Decimal::quotient(sum, count);
}

/// All factors of one outlet hour, computed in the order in which they need each other.
class OutletHour {
 public:
  OutletHour(const Plan& plan, const DeviceHours& hours_of, const OutletPlan& outlet,
             const Outlet& row, EventTime hour, const Zone& zone)
      : outlet_(outlet),
        row_(row),
        hour_(hour),
        parameters_(plan.parameters(row.rule_pack, hour)),
        hours_(hours_of),
        day_start_(zone.day_start(hour)) {}

  OutletWindows calculate() {
    gather();
    note_gas();
    for (auto& [code, factor] : factors_) measure(factor);
    for (auto& [code, factor] : factors_) convert(factor);
    for (auto& [code, factor] : factors_) own_hour(factor);
    FactorHour* flow = find_role(FactorRole::Flow);
    if (flow != nullptr) judge_hour(*flow);
    for (auto& [code, factor] : factors_) {
      if (&factor != flow) judge_hour(factor);
    }
    OutletWindows result;
    for (auto& [code, factor] : factors_) finish(factor, flow, result.findings);
    for (auto& [code, factor] : factors_) result.windows.push_back(factor.window);
    return result;
  }

  HourSteps take_steps() { return std::move(factors_); }

 private:
  void gather() {
    for (const FactorPlan& factor : outlet_.factors) {
      if (!factor.row.validity.covers(hour_) || factors_.contains(factor.row.factor)) continue;
      FactorHour& one = factors_[factor.row.factor];
      one.plan = &factor;
      one.device = outlet_.device_at(factor, hour_);
      one.window.outlet = outlet_.id;
      one.window.factor = factor.row.factor;
      one.window.role = factor.role;
      one.reference = factor.role == FactorRole::Pollutant
                          ? reference_oxygen(outlet_, row_, factor.row.factor, hour_)
                          : std::nullopt;
      if (one.device == nullptr) continue;
      one.raw = gather_minutes(factor, *one.device, hour_, day_start_, parameters_, hours_);
      one.report = read_hour_report(factor, *one.device, hour_, parameters_, hours_);
    }
    for (auto& [code, factor] : factors_) {
      FactorHour*& first = first_of_role_[static_cast<std::size_t>(factor.plan->role)];
      if (first == nullptr) first = &factor;
    }
  }

  FactorHour* find_role(FactorRole role) const {
    return first_of_role_[static_cast<std::size_t>(role)];
  }

  /// The state of the gas in each minute, where any value has to be converted by it.
  void note_gas() {
    if (row_.medium == Medium::Water ||
        (passes_unchanged(row_.concentration_basis) && passes_unchanged(row_.flow_basis) &&
         passes_unchanged(row_.oxygen_basis))) {
      return;
    }
    for (std::size_t i = 0; i < gas_.size(); ++i) gas_[i] = gas_state(i);
  }

  /// An auxiliary's value in a minute: registered and valid, or the outlet's set parameter.
  std::optional<Decimal> auxiliary(FactorRole role, std::size_t minute,
                                   std::optional<Decimal> otherwise) {
    const FactorHour* factor = find_role(role);
    if (factor == nullptr) return otherwise;
    const Minutes::Minute& at = factor->raw.minutes[minute];
    if (at.state != MinuteState::Valid) return std::nullopt;
    return at.value;
  }

  GasState gas_state(std::size_t minute) {
    GasState gas;
    gas.moisture_percent = auxiliary(FactorRole::Moisture, minute, row_.moisture_percent);
    gas.temperature_c = auxiliary(FactorRole::Temperature, minute, std::nullopt);
    const std::optional<Decimal> atmosphere =
        auxiliary(FactorRole::Atmosphere, minute,
                  row_.pressure_kpa ? row_.pressure_kpa : parameters_.standard_pressure_kpa);
    const std::optional<Decimal> stack = auxiliary(FactorRole::Pressure, minute, Decimal());
    if (atmosphere && stack) gas.pressure_kpa = add(*atmosphere, *stack);
    return gas;
  }

  std::optional<Decimal> at_standard(FactorRole role, Decimal value, const GasState& gas) const {
    if (row_.medium == Medium::Water) return value;
    if (role == FactorRole::Pollutant) {
      return concentration_at_standard(value, row_.concentration_basis, gas, parameters_);
    }
    if (role == FactorRole::Flow) {
      return flow_at_standard(value, row_.flow_basis, gas, parameters_);
    }
    if (role == FactorRole::Oxygen) return oxygen_dry(value, row_.oxygen_basis, gas);
    return value;
  }

  void measure(FactorHour& factor) {
    for (std::size_t i = 0; i < 60; ++i) {
      const Minutes::Minute& minute = factor.raw.minutes[i];
      if (minute.state == MinuteState::Missing) continue;
      if (minute.state == MinuteState::Valid) {
        factor.measured[i] = at_standard(factor.plan->role, minute.value, gas_[i]);
      }
      if (factor.measured[i]) {
        ++factor.window.valid_minutes;
      } else {
        ++factor.window.invalid_minutes;
      }
    }
  }

  void convert(FactorHour& factor) {
    if (!factor.reference || row_.medium == Medium::Water) return;
    const FactorHour* oxygen = find_role(FactorRole::Oxygen);
    for (std::size_t i = 0; i < 60; ++i) {
      if (!factor.measured[i]) continue;
      if (oxygen == nullptr) {
        factor.converted[i] = factor.raw.minutes[i].logger_converted;
      } else if (oxygen->measured[i]) {
        factor.converted[i] = at_reference_oxygen(*factor.measured[i], *oxygen->measured[i],
                                                  *factor.reference, parameters_);
      }
      if (factor.converted[i]) ++factor.window.converted_minutes;
    }
  }

  bool flow_weighted(const FactorHour& factor) {
    return row_.medium == Medium::Water && factor.plan->role == FactorRole::Pollutant &&
           find_role(FactorRole::Flow) != nullptr;
  }

  void own_hour(FactorHour& factor) {
    if (flow_weighted(factor)) {
      weighted_hour(factor, *find_role(FactorRole::Flow));
    } else {
      Wide sum = 0;
      for (const std::optional<Decimal>& value : factor.measured) {
        if (value) sum += value->units();
      }
      const std::int64_t count = factor.window.valid_minutes;
      if (count > 0) factor.own_mean = mean(sum, count);
      factor.own_zero = count > 0 && sum == 0;
      factor.own_valid = factor.own_mean && count >= parameters_.hour_valid_minutes;
    }
    Window& window = factor.window;
    window.minimum = factor.raw.minimum;
    window.maximum = factor.raw.maximum;
    window.samples = factor.raw.samples;
    window.over_range = factor.raw.over_range || (factor.report && factor.report->over_range);
    window.first_arrival = factor.raw.first_arrival;
    if (factor.report) note_arrival(window.first_arrival, factor.report->first_received);
  }

  /// Water: sum of C * q over sum of q, over the minutes in which both are valid.
  void weighted_hour(FactorHour& factor, const FactorHour& flow) {
    std::optional<Wide> products = 0;
    Wide flows = 0;
    std::int64_t both = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      if (!factor.measured[i] || !flow.measured[i]) continue;
      ++both;
      flows += flow.measured[i]->units();
      *products += Wide{factor.measured[i]->units()} * flow.measured[i]->units();
    }
    factor.window.valid_minutes = both;
    if (flows > 0) factor.own_mean = Decimal::quotient(*products, flows);
    factor.own_valid = factor.own_mean && both >= parameters_.hour_valid_minutes;
  }

  /// The report's measured value by the same report's auxiliaries (docs/arithmetic.md §6).
  std::optional<Decimal> report_measured(FactorHour& factor) {
    if (!factor.report || !factor.report->average) return std::nullopt;
    return at_standard(factor.plan->role, *factor.report->average, report_gas(factor));
  }

  std::optional<Decimal> report_auxiliary(const FactorHour& of, FactorRole role,
                                          std::optional<Decimal> otherwise) {
    const FactorHour* factor = find_role(role);
    if (factor == nullptr) return otherwise;
    if (!factor->report || factor->report->time != of.report->time) return std::nullopt;
    return factor->report->average;
  }

  GasState report_gas(const FactorHour& of) {
    GasState gas;
    gas.moisture_percent = report_auxiliary(of, FactorRole::Moisture, row_.moisture_percent);
    gas.temperature_c = report_auxiliary(of, FactorRole::Temperature, std::nullopt);
    const std::optional<Decimal> atmosphere =
        report_auxiliary(of, FactorRole::Atmosphere,
                         row_.pressure_kpa ? row_.pressure_kpa : parameters_.standard_pressure_kpa);
    const std::optional<Decimal> stack = report_auxiliary(of, FactorRole::Pressure, Decimal());
    if (atmosphere && stack) gas.pressure_kpa = add(*atmosphere, *stack);
    return gas;
  }

  std::optional<Decimal> own_converted(const FactorHour& factor) {
    if (!factor.reference) return std::nullopt;
    if (parameters_.convert_by_hour) return converted_by_hour(factor);
    return converted_by_minute(factor);
  }

  std::optional<Decimal> converted_by_minute(const FactorHour& factor) const {
    if (factor.window.converted_minutes < parameters_.hour_valid_minutes) return std::nullopt;
    Wide sum = 0;
    for (const std::optional<Decimal>& value : factor.converted) {
      if (value) sum += value->units();
    }
    return mean(sum, factor.window.converted_minutes);
  }

  std::optional<Decimal> converted_by_hour(const FactorHour& factor) {
    const FactorHour* oxygen = find_role(FactorRole::Oxygen);
    if (oxygen == nullptr) return converted_by_minute(factor);
    if (!factor.own_valid || !oxygen->own_valid) return std::nullopt;
    return at_reference_oxygen(*factor.own_mean, *oxygen->own_mean, *factor.reference, parameters_);
  }

  std::optional<Decimal> report_converted(FactorHour& factor, Decimal measured) {
    if (!factor.reference) return std::nullopt;
    if (factor.report->converted) return factor.report->converted;
    if (find_role(FactorRole::Oxygen) != nullptr) {
      const std::optional<Decimal> oxygen =
          report_auxiliary(factor, FactorRole::Oxygen, std::nullopt);
      const std::optional<Decimal> dry =
          oxygen ? oxygen_dry(*oxygen, row_.oxygen_basis, report_gas(factor)) : std::nullopt;
      if (dry) {
        const std::optional<Decimal> converted =
            at_reference_oxygen(measured, *dry, *factor.reference, parameters_);
        if (converted) return converted;
      }
    }
    return own_converted(factor);
  }

  void judge_hour(FactorHour& factor) {
    Window& window = factor.window;
    const std::optional<Decimal> reported = report_measured(factor);
    factor.report_measured = reported;
    const bool contradicted = window.invalid_minutes > 60 - parameters_.hour_valid_minutes;
    if (factor.own_valid) window.recomputed = factor.own_mean;
    if (factor.report) window.reported = factor.report->average;
    if (reported && !contradicted) {
      factor.judged_report = true;
      window.state = "valid";
      window.source = "report";
      window.value = reported;
      window.converted = report_converted(factor, *reported);
    } else if (factor.own_valid) {
      window.state = "valid";
      window.source = "minutes";
      window.value = factor.own_mean;
      window.converted = own_converted(factor);
      note_other_order(factor);
    } else {
      window.state = state_without_value(factor, reported.has_value());
    }
  }

  void note_other_order(FactorHour& factor) {
    if (!factor.reference || find_role(FactorRole::Oxygen) == nullptr) return;
    factor.window.converted_by_other_order =
        parameters_.convert_by_hour ? converted_by_minute(factor) : converted_by_hour(factor);
  }

  static bool any_minute(const FactorHour& factor) {
    return std::any_of(factor.raw.minutes.begin(), factor.raw.minutes.end(),
                       [](const Minutes::Minute& m) { return m.state != MinuteState::Missing; });
  }

  static std::string state_without_value(const FactorHour& factor, bool set_aside) {
    if (!factor.report && !any_minute(factor)) return "missing";
    if (set_aside) return "invalid(report_contradicts_minutes)";
    if (factor.window.over_range) return "invalid(over_range)";
    if (any_minute(factor)) return "invalid(too_few_minutes)";
    return "invalid(report)";
  }

  /// Water whose validly metered flow is zero throughout discharges nothing.
  bool no_discharge(const FactorHour& factor, const FactorHour* flow) const {
    if (row_.medium != Medium::Water || flow == nullptr || &factor == flow) return false;
    if (factor.plan->role != FactorRole::Pollutant && factor.plan->role != FactorRole::Ph &&
        factor.plan->role != FactorRole::Other) {
      return false;
    }
    if (!flow->window.valid() || flow->window.value->units() != 0) return false;
    return flow->judged_report || flow->own_zero;
  }

  void finish(FactorHour& factor, const FactorHour* flow, std::vector<Finding>& findings) {
    Window& window = factor.window;
    if (no_discharge(factor, flow)) {
      window.state = "no_discharge";
      window.value = window.converted = window.converted_by_other_order = std::nullopt;
      window.source.clear();
      if (factor.plan->role == FactorRole::Pollutant) window.mass_kg = MassDecimal();
    } else if (factor.plan->role == FactorRole::Flow) {
      window.volume_m3 = flow_volume(factor);
    } else if (factor.plan->role == FactorRole::Pollutant) {
      add_mass(factor, flow, findings);
    }
    add_findings(factor, findings);
  }

  std::optional<Decimal> flow_volume(const FactorHour& flow) const {
    if (!flow.window.valid()) return std::nullopt;
    const bool as_sent = row_.medium == Medium::Water || passes_unchanged(row_.flow_basis);
    if (flow.judged_report && as_sent && flow.report->total) {
      return Decimal::from_number(*flow.report->total);
    }
    return volume_of_mean(*flow.window.value, row_.medium);
  }

  void add_mass(FactorHour& factor, const FactorHour* flow, std::vector<Finding>& findings) {
    MassInput input;
    input.units_per_kilogram = factor.plan->row.units_per_kilogram;
    input.medium = row_.medium;
    input.difference_percent = parameters_.cou_difference_percent;
    input.basis_known =
        row_.medium == Medium::Water ||
        (row_.concentration_basis != Basis::Unknown && row_.flow_basis != Basis::Unknown);
    input.flow_registered = flow != nullptr;
    if (factor.window.valid()) input.measured = factor.window.value;
    if (flow != nullptr && flow->window.valid()) {
      input.flow_mean = flow->window.value;
      const bool as_sent = row_.medium == Medium::Water || row_.flow_basis == Basis::StandardDry;
      if (flow->judged_report && as_sent && flow->report->total) {
        input.volume_m3 = Decimal::from_number(*flow->report->total);
      }
    }
    if (factor.judged_report) {
      if (factor.report->total) input.own_mass = MassDecimal::from_number(*factor.report->total);
    } else {
      input.own_mass = factor.raw.minute_masses;
    }
    const MassResult result = hour_mass(input);
    factor.mass_input = input;
    factor.window.mass_kg = result.mass;
    factor.window.mass_state = result.state;
    if (result.mismatch) {
      findings.push_back(
          {outlet_.id, factor.window.factor, "cou_mismatch",
           "sent " + input.own_mass->text() + " kg, computed " + result.mass->text() + " kg"});
    }
  }

  /// Single values, or a few, that leap away and come back (docs/rules/quality.md).
  void add_spikes(const FactorHour& factor, std::vector<Finding>& findings) const {
    if (!moves(factor.plan->role) || factor.plan->row.cyclic || factor.device == nullptr) return;
    std::vector<Decimal> values;
    std::vector<std::int64_t> minute_of;
    values.reserve(60);
    minute_of.reserve(60);
    for (std::size_t i = 0; i < 60; ++i) {
      const Minutes::Minute& minute = factor.raw.minutes[i];
      if (minute.state != MinuteState::Valid) continue;
      values.push_back(minute.value);
      minute_of.push_back(static_cast<std::int64_t>(i));
    }
    // A logger that reports seldom, or minutes of several, has one value in all of them.
    const std::int64_t interval = interval_minutes(*factor.device);
    const std::int64_t longest = parameters_.quality.spike_minutes;
    const SpikeWidth most{std::max(longest, interval),
                          std::max<std::int64_t>(2, std::min(longest, interval))};
    const std::optional<Spikes> spikes = find_spikes(values, parameters_.quality, most);
    if (!spikes) return;
    const EventTime at = hour_ + std::chrono::minutes(minute_of[spikes->first]);
    findings.push_back(
        {outlet_.id, factor.window.factor, "spike", spikes_text(*spikes, values, at)});
  }

  void add_findings(const FactorHour& factor, std::vector<Finding>& findings) const {
    const Window& window = factor.window;
    const auto found = [&](const char* name, std::string detail) {
      findings.push_back({outlet_.id, window.factor, name, std::move(detail)});
    };
    if (factor.raw.zero_band || (factor.report && factor.report->zero_band)) found("zero_band", "");
    if (window.over_range) found("over_range", "");
    if (factor.raw.below_range || (factor.report && factor.report->below_range)) {
      found("below_range", "");
    }
    add_spikes(factor, findings);
    if (factor.raw.received_early || (factor.report && factor.report->received_early)) {
      found("label_suspect", "");
    }
    if (window.state == "invalid(report_contradicts_minutes)") {
      found("report_contradicts_minutes", "");
    }
    if (window.reported && window.recomputed && factor.report &&
        differ_beyond(*window.recomputed, *window.reported,
                      parameters_.report_difference_percent)) {
      found("report_difference",
            "reported " + window.reported->text() + ", recomputed " + window.recomputed->text());
    }
  }

  const OutletPlan& outlet_;
  const Outlet& row_;
  EventTime hour_;
  const Parameters& parameters_;
  const DeviceHours& hours_;
  EventTime day_start_;
  HourSteps factors_;
  std::array<FactorHour*, factor_role_count> first_of_role_{};
  std::array<GasState, 60> gas_;
};

}  // namespace

std::optional<Decimal> reference_oxygen(const OutletPlan& plan, const Outlet& outlet,
                                        const std::string& factor, EventTime at) {
  const auto limits = plan.limits->find(factor);
  if (limits == plan.limits->end()) return std::nullopt;
  for (const LimitPlan& limit : limits->second) {
    if (!limit.validity.covers(at) || !limit.reference_oxygen) continue;
    return outlet.reference_oxygen_percent ? outlet.reference_oxygen_percent
                                           : limit.reference_oxygen;
  }
  return std::nullopt;
}

OutletWindows HourCalculator::calculate(const OutletPlan& outlet, EventTime hour, const Zone& zone,
                                        HourSteps* steps) const {
  const Outlet* row = outlet.row_at(hour);
  if (row == nullptr) return {};
  OutletHour calculation(plan_, hours_, outlet, *row, hour, zone);
  OutletWindows windows = calculation.calculate();
  if (steps != nullptr) *steps = calculation.take_steps();
  return windows;
}

}  // namespace parkwatch
