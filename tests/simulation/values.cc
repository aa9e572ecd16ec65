#include "tests/simulation/values.h"

#include <algorithm>
#include <tuple>

namespace parkwatch::oracle {

namespace {

Time interval_length(const DeviceRow& device, Report report) {
  if (report == Report::Minute) return device.minutes * minute_ms;
  if (report == Report::Hour) return hour_ms;
  return report == Report::Day ? day_ms : 0;
}

const char* flag_parameter(Writing writing) {
  constexpr std::array names = {"flag_required_hj212_2005", "flag_required_hj212_2017",
                                "flag_required_hj212_2025", "flag_required_json"};
  return names[static_cast<std::size_t>(writing)];
}

}  // namespace

Units mean(const std::vector<std::int64_t>& units) {
  if (units.empty()) return std::nullopt;
  Big sum = 0;
  for (const std::int64_t one : units) sum = sum + one;
  return divide(sum, static_cast<std::int64_t>(units.size()));
}

FactorValues::FactorValues(const Book& book, const Ledger& ledger, const OutletRow& outlet,
                           const FactorRow& factor, const LocalDays& days, Time at)
    : book_(book),
      outlet_(outlet),
      factor_(factor),
      days_(days),
      device_(book.counting_device(factor, at)) {
  if (device_ == nullptr) return;
  for (const Report report : {Report::Realtime, Report::Minute, Report::Hour, Report::Day}) {
    const auto found = ledger.kept().find({device_->mn, factor.code, report});
    if (found != ledger.kept().end()) {
      series_[static_cast<std::size_t>(report)] = &found->second;
    }
  }
}

std::vector<JudgedCopy> FactorValues::find(Report report, Time first, Time end) const {
  std::vector<JudgedCopy> found;
  const std::map<Time, KeptCopy>* series = series_[static_cast<std::size_t>(report)];
  if (series == nullptr) return found;
  // An interval begins at its data time, or its length before, or less than a minute earlier.
  const Time furthest = end + interval_length(*device_, report) + minute_ms;
  for (auto at = series->lower_bound(first); at != series->end() && at->first < furthest; ++at) {
    if (at->second.outlet == nullptr || at->second.outlet->id != outlet_.id) continue;
    const Time start = interval_start(*device_, report, at->first);
    if (first <= start && start < end) found.push_back(judge(at->second, report));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const JudgedCopy& a, const JudgedCopy& b) { return a.start < b.start; });
  return found;
}

Units FactorValues::stored(const KeptCopy& copy, const char* attribute) const {
  const std::optional<Fraction> number = copy.number(attribute);
  if (!number) return std::nullopt;
  return to_units(*number * factor_.scale);
}

JudgedCopy FactorValues::judge(const KeptCopy& copy, Report report) const {
  JudgedCopy judged{&copy, report, interval_start(*device_, report, copy.time)};
  judged.end = (report == Report::Hour ? floor_to(judged.start, hour_ms) : judged.start) +
               interval_length(*device_, report);
  const std::optional<Fraction> number = copy.number(report == Report::Realtime ? "Rtd" : "Avg");
  if (!number) return judged;
  const auto flag = copy.attributes.find("Flag");
  if (flag == copy.attributes.end()) {
    if (*book_.parameter(flag_parameter(copy.writing)) == "yes") return judged;
  } else if (flag->second == "T") {
    judged.outcome = Outcome::OverRange;
    return judged;
  } else if (flag->second != "N" && !(flag->second == "S" && factor_.set_parameter)) {
    return judged;
  }
  if (factor_.zero_band && *number < 0 && Fraction(0) - *factor_.zero_band <= *number) {
    judged.outcome = Outcome::Valid;
    judged.zero_band = true;
    return judged;
  }
  const bool may_be_negative =
      factor_.is("temperature") || factor_.is("pressure") || factor_.is("other");
  judged.below =
      (*number < 0 && !may_be_negative) || (factor_.range_min && *number < *factor_.range_min);
  if (judged.below) return judged;
  if (factor_.range_max && *number > *factor_.range_max) {
    judged.outcome = Outcome::OverRange;
    return judged;
  }
  const Units units = to_units(*number * factor_.scale);
  if (!units) return judged;
  judged.outcome = Outcome::Valid;
  judged.units = *units;
  return judged;
}

std::vector<JudgedCopy> FactorValues::covering(Time minute) const {
  if (device_ == nullptr) return {};
  return find(Report::Minute, minute - (device_->minutes - 1) * minute_ms, minute + minute_ms);
}

MinuteValue FactorValues::samples_of(Time minute) const {
  MinuteValue result;
  std::vector<std::int64_t> units, converted;
  for (const JudgedCopy& sample : find(Report::Realtime, minute, minute + minute_ms)) {
    result.outcome = Outcome::Invalid;
    if (sample.outcome != Outcome::Valid) continue;
    units.push_back(sample.units);
    if (const Units zs = stored(*sample.copy, "ZsRtd")) converted.push_back(*zs);
  }
  if (units.empty()) return result;
  return {Outcome::Valid, mean(units).value(), mean(converted)};
}

MinuteValue FactorValues::filled(Time minute) const {
  const Time first = minute - (device_->report_minutes - 1) * minute_ms;
  const std::vector<JudgedCopy> before = find(Report::Realtime, first, minute);
  if (before.empty()) return {};
  return samples_of(floor_to(before.back().start, minute_ms));
}

Time FactorValues::slot_start(Time at) const {
  const Time midnight = days_.start(at);
  const Time period = factor_.period * minute_ms;
  return midnight + (at - midnight) / period * period;
}

std::vector<JudgedCopy> FactorValues::slot_values(Time at) const {
  if (device_ == nullptr) return {};
  const Time first = slot_start(at);
  const Time end = first + factor_.period * minute_ms;
  std::vector<JudgedCopy> found = find(Report::Realtime, first, end);
  const std::vector<JudgedCopy> reports = find(Report::Minute, first, end);
  found.insert(found.end(), reports.begin(), reports.end());
  std::stable_sort(found.begin(), found.end(), [](const JudgedCopy& a, const JudgedCopy& b) {
    return std::tuple(a.start, a.report) < std::tuple(b.start, b.report);
  });
  return found;
}

MinuteValue FactorValues::slot(Time at) const {
  MinuteValue result;
  for (const JudgedCopy& value : slot_values(at)) {
    if (value.outcome == Outcome::Valid) {
      return {Outcome::Valid, value.units,
              stored(*value.copy, value.report == Report::Realtime ? "ZsRtd" : "ZsAvg")};
    }
    result.outcome = Outcome::Invalid;
  }
  return result;
}

MinuteValue FactorValues::minute(Time minute) const {
  if (device_ == nullptr) return {};
  if (cyclic()) return slot(minute);
  const std::vector<JudgedCopy> reports = covering(minute);
  if (!reports.empty() && reports.back().outcome == Outcome::Valid) {
    return {Outcome::Valid, reports.back().units, stored(*reports.back().copy, "ZsAvg")};
  }
  const MinuteValue sampled = samples_of(minute);
  if (sampled.valid()) return sampled;
  if (!reports.empty() || sampled.outcome == Outcome::Invalid) return {Outcome::Invalid, 0, {}};
  return filled(minute);
}

// Conversion

Converter::Converter(const Book& book, const OutletRow& outlet, Time hour)
    : book_(book), outlet_(outlet), hour_(hour) {}

bool Converter::registered(const std::string& code) const {
  return book_.factor(outlet_.id, code, hour_) != nullptr;
}

std::optional<Fraction> Converter::auxiliary_number(const std::string& code,
                                                    const std::optional<Fraction>& otherwise,
                                                    const Auxiliary& auxiliary) const {
  if (!registered(code)) return otherwise;
  const Units units = auxiliary(code);
  if (!units) return std::nullopt;
  return from_units(*units);
}

Units Converter::to_standard(const FactorRow& factor, std::int64_t units,
                             const Auxiliary& auxiliary) const {
  const bool flow = factor.is("flow");
  const std::string* basis = nullptr;
  if (factor.is("pollutant")) basis = &outlet_.concentration_basis;
  if (flow) basis = &outlet_.flow_basis;
  if (factor.is("oxygen")) basis = &outlet_.oxygen_basis;
  if (factor.water || basis == nullptr) return units;
  Fraction by = 1;
  if (basis->ends_with("wet")) {
    const auto moisture = auxiliary_number("a01014", outlet_.moisture, auxiliary);
    if (!moisture || *moisture >= 100) return std::nullopt;
    const Fraction dry = (Fraction(100) - *moisture) / 100;
    by = flow ? dry : Fraction(1) / dry;
  }
  if (basis->starts_with("actual") && !factor.is("oxygen")) {
    const Fraction normal = number_of_cell("101.325");
    const auto air = auxiliary_number(
        "a01006", outlet_.pressure ? outlet_.pressure : std::optional(normal), auxiliary);
    const auto stack = auxiliary_number("a01013", Fraction(0), auxiliary);
    const auto degrees = auxiliary_number("a01012", std::nullopt, auxiliary);
    if (!air || !stack || !degrees || *air + *stack <= 0 || *degrees <= -273) return std::nullopt;
    const Fraction state = normal / (*air + *stack) * ((Fraction(273) + *degrees) / 273);
    by = flow ? by / state : by * state;
  }
  return to_units(from_units(units) * by);
}

Units Converter::to_reference(std::int64_t units, std::int64_t oxygen,
                              const Fraction& reference) const {
  const Fraction dry = from_units(oxygen);
  if (dry >= book_.number("oxygen_cannot_convert_percent", outlet_.pack)) return std::nullopt;
  return to_units(from_units(units) * (Fraction(21) - reference) / (Fraction(21) - dry));
}

}  // namespace parkwatch::oracle
