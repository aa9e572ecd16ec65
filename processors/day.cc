#include "processors/day.h"

#include <algorithm>

#include "processors/hour_report.h"
#include "processors/quality.h"
#include "processors/suspicion.h"

namespace parkwatch {

namespace {

/// One factor's hours of the day and the sums over them.
class FactorDay {
 public:
  FactorDay(const Parameters& parameters, bool weighted, Window window)
      : parameters_(parameters), weighted_(weighted), window_(std::move(window)) {}

  void include(const Window& hour, const Window* flow) {
    ++hours_;
    window_.unsure_mark = window_.unsure_mark || hour.unsure_mark;
    window_.samples += hour.samples;
    window_.valid_minutes += hour.valid_minutes;
    window_.invalid_minutes += hour.invalid_minutes;
    window_.converted_minutes += hour.converted_minutes;
    if (hour.minimum && (!window_.minimum || *hour.minimum < *window_.minimum)) {
      window_.minimum = hour.minimum;
    }
    if (hour.maximum && (!window_.maximum || *hour.maximum > *window_.maximum)) {
      window_.maximum = hour.maximum;
    }
    if (hour.volume_m3) add_volume(*hour.volume_m3);
    if (hour.mass_kg) add_mass(*hour.mass_kg);
    if (hour.state == "not_operating") ++stopped_;
    if (!hour.due()) return;
    ++due_;
    if (!hour.mass_kg) ++without_mass_;
    if (hour.state == "missing") ++missing_;
    if (!hour.valid()) return;
    ++valid_;
    if (hour.converted) ++converted_;
    if (hour.exempt.empty()) add_value(hour, flow);
  }

  Window finish() {
    window_.state = state();
    if (window_.valid()) {
      window_.source = "hours";
      window_.value =
          weighted_ ? Decimal::quotient(products_, weights_) : Decimal::quotient(sum_, counted_);
      if (!window_.value) window_.state = "invalid(overflow)";
    }
    if (counted_converted_ > 0 && enough(converted_)) {
      window_.converted = Decimal::quotient(converted_sum_, counted_converted_);
    }
    if (window_.role == FactorRole::Pollutant) {
      window_.mass_kg = mass_;
      if (mass_ && without_mass_ > 0) window_.mass_state = "partial";
      if (!mass_) window_.mass_state = "missing";
    }
    return std::move(window_);
  }

 private:
  /// A valid hour that no mark exempts takes part in the mean.
  void add_value(const Window& hour, const Window* flow) {
    ++counted_;
    sum_ += hour.value->units();
    if (hour.converted) {
      ++counted_converted_;
      converted_sum_ += hour.converted->units();
    }
    if (weighted_ && flow != nullptr && flow->valid() && flow->volume_m3 &&
        flow->volume_m3->units() > 0) {
      weights_ += flow->volume_m3->units();
      products_ += Wide{hour.value->units()} * flow->volume_m3->units();
    }
  }

  bool enough(std::int64_t hours) const {
    if (hours == 0) return false;
    if (parameters_.day_valid_hours) return hours >= *parameters_.day_valid_hours;
    return hours * 100 >= parameters_.day_valid_share_percent * due_;
  }

  std::string state() const {
    if (hours_ == 0) return "missing";
    if (due_ == 0) return stopped_ > 0 ? "not_operating" : "no_discharge";
    if (missing_ == due_) return "missing";
    if (!enough(valid_)) return "invalid(too_few_hours)";
    if (counted_ == 0) return "exempt";
    if (weighted_ && weights_ == 0) return "invalid(flow_missing)";
    return "valid";
  }

  void add_volume(Decimal volume) {
    window_.volume_m3 = add(window_.volume_m3.value_or(Decimal()), volume);
  }
  void add_mass(MassDecimal mass) { mass_ = add(mass_.value_or(MassDecimal()), mass); }

  const Parameters& parameters_;
  bool weighted_;
  Window window_;
  std::int64_t hours_ = 0, due_ = 0, valid_ = 0, missing_ = 0, converted_ = 0, without_mass_ = 0;
  std::int64_t stopped_ = 0, counted_ = 0, counted_converted_ = 0;
  Wide sum_ = 0, converted_sum_ = 0, products_ = 0, weights_ = 0;
  std::optional<MassDecimal> mass_;
};

const Window* find_flow(const HourWindows& hour) {
  for (const auto& [code, window] : hour) {
    if (window.role == FactorRole::Flow) return &window;
  }
  return nullptr;
}

void add_report(Window& window, const OutletPlan& outlet, EventTime day_start, EventTime day_end,
                const Parameters& parameters, const DeviceHours& hours,
                std::vector<Finding>& findings) {
  const FactorPlan* factor = outlet.factor_at(window.factor, day_start);
  if (factor == nullptr) factor = outlet.factor_at(window.factor, day_end - std::chrono::hours(1));
  if (factor == nullptr) return;
  const Device* device = outlet.device_at(*factor, std::max(day_start, factor->row.validity.from));
  if (device == nullptr) return;
  window.reported = read_day_report(*factor, *device, day_start, parameters, hours);
  if (window.reported && window.value &&
      differ_beyond(*window.value, *window.reported, parameters.report_difference_percent)) {
    findings.push_back(
        {outlet.id, window.factor, "day_report_difference",
         "reported " + window.reported->text() + ", recomputed " + window.value->text()});
  }
}

}  // namespace

EventTime first_hour_of(EventTime day_start) {
  const EventTime hour = floor_to(day_start, std::chrono::hours(1));
  return hour < day_start ? hour + std::chrono::hours(1) : hour;
}

std::optional<Decimal> read_day_report(const FactorPlan& factor, const Device& device,
                                       EventTime day_start, const Parameters& parameters,
                                       const DeviceHours& hours) {
  // The label is the local midnight that starts or ends the day.
  const std::chrono::milliseconds label =
      device.day_label == Label::End ? std::chrono::hours(24) : std::chrono::milliseconds(0);
  std::optional<Decimal> latest;
  const DeviceHour* content = hours(device.mn, floor_to(day_start + label, std::chrono::hours(1)));
  if (content == nullptr) return latest;
  for (const KeptValue& value : content->values(factor.row.factor, Kind::Day)) {
    if (interval_start(Kind::Day, value.time, device) < day_start) continue;
    if (!monitored(value, device, factor)) continue;
    const Judged judged = judge(value, "Avg", factor, parameters);
    latest = judged.state == Judged::State::Valid ? std::optional(judged.value) : std::nullopt;
  }
  return latest;
}

OutletWindows calculate_day(const Plan& plan, const OutletPlan& outlet, EventTime day_start,
                            EventTime day_end, std::span<const HourWindows> hours,
                            const std::set<std::string>& factors, const DeviceHours& device_hours) {
  OutletWindows result;
  const Outlet* row = nullptr;
  for (EventTime at = day_start; row == nullptr && at < day_end; at = at + std::chrono::hours(1)) {
    row = outlet.row_at(at);
  }
  if (row == nullptr) return result;
  const Parameters& parameters = plan.parameters(row->rule_pack, day_start);
  const bool has_flow =
      std::any_of(outlet.factors.begin(), outlet.factors.end(), [&](const FactorPlan& factor) {
        return factor.role == FactorRole::Flow && factor.row.validity.from < day_end &&
               day_start < factor.row.validity.to;
      });
  for (const std::string& code : factors) {
    const FactorRole role = plan.factor(code)->role;
    Window window;
    window.outlet = outlet.id;
    window.factor = code;
    window.role = role;
    const bool weighted = row->medium == Medium::Water && role == FactorRole::Pollutant && has_flow;
    FactorDay day(parameters, weighted, std::move(window));
    for (const HourWindows& hour : hours) {
      const auto found = hour.find(code);
      if (found != hour.end()) day.include(found->second, find_flow(hour));
    }
    result.windows.push_back(day.finish());
    add_report(result.windows.back(), outlet, day_start, day_end, parameters, device_hours,
               result.findings);
  }
  for (Finding& finding :
       judge_day_quality(outlet, parameters, first_hour_of(day_start), hours, factors)) {
    result.findings.push_back(std::move(finding));
  }
  for (Finding& finding : judge_suspicions(plan, outlet, parameters.suspicion,
                                           first_hour_of(day_start), hours, factors)) {
    result.findings.push_back(std::move(finding));
  }
  return result;
}

}  // namespace parkwatch
