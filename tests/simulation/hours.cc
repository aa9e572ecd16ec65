#include "tests/simulation/hours.h"

#include <algorithm>

namespace parkwatch::oracle {

namespace {

/// kg in one m3 at a concentration of one `unit`.
Fraction kilograms(const std::string& unit) {
  Fraction weight = 1;
  if (unit.starts_with("g/")) weight = ten_to(-3);
  if (unit.starts_with("mg/")) weight = ten_to(-6);
  if (unit.starts_with("ug/")) weight = ten_to(-9);
  if (unit.starts_with("ng/")) weight = ten_to(-12);
  return unit.ends_with("/L") ? weight * 1000 : weight;
}

/// m3 of an hour at a flow of one stored unit.
Fraction cubic_metres(const FactorRow& flow) {
  return flow.stored_unit == "L/s" ? Fraction(3600, 1000) : Fraction(3600);
}

}  // namespace

OutletHourOracle::OutletHourOracle(const Book& book, const Ledger& ledger, const OutletRow& outlet,
                                   Time hour, const std::vector<std::string>& codes)
    : book_(book),
      outlet_(outlet),
      hour_(hour),
      converter_(book, outlet, hour),
      least_(book.whole("hour_valid_minutes", outlet.pack)) {
  const ParkRow* park = book.park_of(outlet, hour);
  if (park == nullptr) return;
  for (const std::string& code : codes) {
    const FactorRow* factor = book.factor(outlet.id, code, hour);
    if (factor == nullptr) continue;
    auto one = std::make_unique<FactorHour>(book, ledger, outlet, *factor, *park->days, hour);
    one->row.park = park->id;
    one->row.outlet = outlet.id;
    one->row.factor = code;
    one->row.start = hour;
    one->row.end = hour + hour_ms;
    for (std::size_t i = 0; i < 60; ++i) {
      one->raw[i] = one->values.minute(hour + static_cast<Time>(i) * minute_ms);
    }
    take_report(*one);
    factors_[code] = std::move(one);
  }
  for (auto& [code, one] : factors_) measure(*one);
  for (auto& [code, one] : factors_) own_hour(*one);
  for (auto& [code, one] : factors_) extremes(*one);
  for (auto& [code, one] : factors_) state(*one);
  for (auto& [code, one] : factors_) {
    if (one->row.state != "no_discharge" && no_discharge(*one)) {
      one->row.state = "no_discharge";
      one->row.source.clear();
      one->row.value = one->row.converted = one->other_order = std::nullopt;
    }
  }
  for (auto& [code, one] : factors_) volume(*one);
  for (auto& [code, one] : factors_) mass(*one);
  for (auto& [code, one] : factors_) find(*one);
}

FactorHour* OutletHourOracle::with_role(const char* role) const {
  for (const auto& [code, one] : factors_) {
    if (one->values.factor().is(role)) return one.get();
  }
  return nullptr;
}

Units OutletHourOracle::raw_auxiliary(const std::string& code, std::size_t minute) const {
  const MinuteValue& value = factors_.at(code)->raw[minute];
  return value.valid() ? Units(value.units) : std::nullopt;
}

void OutletHourOracle::take_report(FactorHour& one) const {
  if (one.values.device() == nullptr) return;
  for (const JudgedCopy& report : one.values.find(Report::Hour, hour_, hour_ + hour_ms)) {
    one.report = report;  // the latest data time
  }
  if (one.report && one.report->outcome == Outcome::Valid) one.row.reported = one.report->units;
}

void OutletHourOracle::measure(FactorHour& one) const {
  for (std::size_t i = 0; i < 60; ++i) {
    one.measured[i] = one.raw[i];
    if (!one.raw[i].valid()) continue;
    const Units units =
        converter_.to_standard(one.values.factor(), one.raw[i].units,
                               [&](const std::string& code) { return raw_auxiliary(code, i); });
    if (units) {
      one.measured[i].units = *units;
    } else {
      one.measured[i] = {Outcome::Invalid, 0, {}};
    }
  }
}

void OutletHourOracle::own_hour(FactorHour& one) const {
  const auto count = [&](Outcome outcome) {
    return std::count_if(one.measured.begin(), one.measured.end(),
                         [&](const MinuteValue& minute) { return minute.outcome == outcome; });
  };
  one.row.invalid_minutes = count(Outcome::Invalid);
  one.all_missing = count(Outcome::Missing) == 60;
  const FactorHour* flow = with_role("flow");
  if (outlet_.water && one.values.factor().is("pollutant") && flow != nullptr) {
    Big products = 0, flows = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      if (!one.measured[i].valid() || !flow->measured[i].valid()) continue;
      ++one.row.valid_minutes;
      products = products + Big(one.measured[i].units) * flow->measured[i].units;
      flows = flows + flow->measured[i].units;
    }
    if (!flows.zero()) one.own_mean = divide(products, flows);
  } else {
    std::vector<std::int64_t> units;
    for (const MinuteValue& minute : one.measured) {
      if (minute.valid()) units.push_back(minute.units);
    }
    one.row.valid_minutes = static_cast<std::int64_t>(units.size());
    one.own_mean = mean(units);
    one.own_zero = !units.empty() && std::all_of(units.begin(), units.end(),
                                                 [](std::int64_t value) { return value == 0; });
  }
  one.own_valid = one.own_mean && one.row.valid_minutes >= least_;
  if (one.own_valid) one.row.recomputed = one.own_mean;
}

void OutletHourOracle::extremes(FactorHour& one) const {
  if (one.values.device() == nullptr) return;
  std::vector<std::int64_t> pool;
  const Time end = hour_ + hour_ms;
  for (const JudgedCopy& sample : one.values.find(Report::Realtime, hour_, end)) {
    if (sample.outcome == Outcome::Valid) pool.push_back(sample.units);
  }
  one.row.samples = static_cast<std::int64_t>(pool.size());
  for (const JudgedCopy& report : one.values.find(Report::Minute, hour_, end)) {
    if (report.outcome != Outcome::Valid) continue;
    for (const char* name : {"Min", "Max"}) {
      pool.push_back(one.values.stored(*report.copy, name).value_or(report.units));
    }
  }
  if (one.values.cyclic()) {
    pool.clear();
    one.row.samples = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      if (!one.raw[i].valid()) continue;
      pool.push_back(one.raw[i].units);
      const Time minute = hour_ + static_cast<Time>(i) * minute_ms;
      if (one.values.slot_start(minute) == minute) ++one.row.samples;
    }
  }
  if (pool.empty()) return;
  one.row.minimum = *std::min_element(pool.begin(), pool.end());
  one.row.maximum = *std::max_element(pool.begin(), pool.end());
}

Auxiliary OutletHourOracle::report_auxiliary(const FactorHour& one) const {
  return [&](const std::string& code) -> Units {
    const std::optional<JudgedCopy>& other = factors_.at(code)->report;
    const bool same = other && other->copy->time == one.report->copy->time;
    if (!same || other->outcome != Outcome::Valid) return std::nullopt;
    return other->units;
  };
}

void OutletHourOracle::state(FactorHour& one) const {
  WindowRow& row = one.row;
  for (const JudgedCopy& value : reaching(one)) {
    one.any_value = true;
    const Time arrival = value.copy->first_received;
    row.first_arrival = std::min(row.first_arrival.value_or(arrival), arrival);
    // A minute report that began before the hour counts there, and a slot's values everywhere.
    const bool own = one.values.cyclic() || value.start >= hour_;
    if (own && value.outcome == Outcome::OverRange) one.over_range = true;
  }
  if (row.reported) {
    one.report_value =
        converter_.to_standard(one.values.factor(), *row.reported, report_auxiliary(one));
  }
  one.judged = one.report_value && row.invalid_minutes <= 60 - least_;
  row.converted_minutes = static_cast<std::int64_t>(converted_minutes(one).size());
  if (one.judged) {
    row.state = "valid";
    row.source = "report";
    row.value = one.report_value;
    row.converted = report_converted(one);
  } else if (one.own_valid) {
    row.state = "valid";
    row.source = "minutes";
    row.value = one.own_mean;
    row.converted = own_converted(one);
  } else if (!one.report && one.all_missing) {
    row.state = "missing";
  } else if (one.report_value) {
    row.state = "invalid(report_contradicts_minutes)";
  } else if (one.over_range) {
    row.state = "invalid(over_range)";
  } else {
    row.state = one.all_missing ? "invalid(report)" : "invalid(too_few_minutes)";
  }
}

bool OutletHourOracle::no_discharge(const FactorHour& one) const {
  const FactorRow& factor = one.values.factor();
  if (!factor.water) return false;
  if (!factor.is("pollutant") && !factor.is("ph") && !factor.is("other")) return false;
  const FactorHour* flow = with_role("flow");
  if (flow == nullptr || !flow->row.valid()) return false;
  return flow->judged ? flow->row.value == 0 : flow->own_zero;
}

std::vector<std::int64_t> OutletHourOracle::converted_minutes(const FactorHour& one) const {
  std::vector<std::int64_t> found;
  const FactorRow& factor = one.values.factor();
  const auto reference = book_.reference(outlet_, factor.code, hour_);
  if (!reference || factor.water || !factor.is("pollutant")) return found;
  const FactorHour* oxygen = with_role("oxygen");
  for (std::size_t i = 0; i < 60; ++i) {
    if (!one.measured[i].valid()) continue;
    Units units = one.measured[i].converted;
    if (oxygen != nullptr) {
      units.reset();
      if (oxygen->measured[i].valid()) {
        units =
            converter_.to_reference(one.measured[i].units, oxygen->measured[i].units, *reference);
      }
    }
    if (units) found.push_back(*units);
  }
  return found;
}

Units OutletHourOracle::converted_by_minutes(const FactorHour& one) const {
  const std::vector<std::int64_t> units = converted_minutes(one);
  if (static_cast<std::int64_t>(units.size()) < least_) return std::nullopt;
  return mean(units);
}

Units OutletHourOracle::converted_by_hour(const FactorHour& one) const {
  const FactorHour* oxygen = with_role("oxygen");
  const auto reference = book_.reference(outlet_, one.row.factor, hour_);
  if (!reference || !one.own_valid || oxygen == nullptr || !oxygen->own_valid) return std::nullopt;
  return converter_.to_reference(*one.own_mean, *oxygen->own_mean, *reference);
}

Units OutletHourOracle::own_converted(const FactorHour& one) const {
  const bool by_hour = *book_.parameter("conversion_order", outlet_.pack) == "hour";
  if (by_hour && with_role("oxygen") != nullptr) return converted_by_hour(one);
  return converted_by_minutes(one);
}

Units OutletHourOracle::report_converted(const FactorHour& one) const {
  const FactorRow& factor = one.values.factor();
  const auto reference = book_.reference(outlet_, factor.code, hour_);
  if (!reference || factor.water || !factor.is("pollutant")) return std::nullopt;
  if (const Units sent = one.values.stored(*one.report->copy, "ZsAvg")) return sent;
  const FactorHour* oxygen = with_role("oxygen");
  if (oxygen != nullptr) {
    const Auxiliary auxiliary = report_auxiliary(one);
    const Units sent = auxiliary(oxygen->row.factor);
    const Units dry =
        sent ? converter_.to_standard(oxygen->values.factor(), *sent, auxiliary) : std::nullopt;
    if (dry) {
      const Units converted = converter_.to_reference(*one.row.value, *dry, *reference);
      if (converted) return converted;
    }
  }
  return own_converted(one);
}

void OutletHourOracle::volume(FactorHour& one) const {
  const FactorRow& factor = one.values.factor();
  if (!one.row.valid() || !factor.is("flow")) return;
  const std::string& basis = outlet_.flow_basis;
  const bool converts = !factor.water && basis != "standard-dry" && basis != "unknown";
  if (one.judged && !converts) {
    if (const auto total = one.report->copy->number("Cou")) {
      one.row.volume_m3 = to_units(*total);
      one.volume_from_total = true;
      return;
    }
  }
  one.row.volume_m3 = to_units(from_units(*one.row.value) * cubic_metres(factor));
}

void OutletHourOracle::mass(FactorHour& one) const {
  const FactorRow& factor = one.values.factor();
  if (!factor.is("pollutant")) return;
  if (one.row.state == "no_discharge") one.row.mass_kg = 0;
  if (!one.row.valid()) return;
  const FactorHour* flow = with_role("flow");
  const bool unknown = outlet_.concentration_basis == "unknown" || outlet_.flow_basis == "unknown";
  if (flow == nullptr) {
    one.row.mass_state = "no_flow";
  } else if (!factor.water && unknown) {
    one.row.mass_state = "basis_unknown";
  } else if (!flow->row.valid()) {
    one.row.mass_state = "flow_missing";
  }
  if (!one.row.mass_state.empty()) return;
  const Fraction concentration = from_units(*one.row.value) * kilograms(factor.stored_unit);
  const Fraction volume = flow->volume_from_total
                              ? from_units(flow->row.volume_m3.value())
                              : from_units(*flow->row.value) * cubic_metres(flow->values.factor());
  one.row.mass_kg = to_units(concentration * volume, mass_places);
  if (!one.row.mass_kg) {
    one.row.mass_state = "overflow";
    return;
  }
  const Units total = own_total(one);
  if (!total) return;
  const std::int64_t product = *one.row.mass_kg;
  if (within_percent(*total, product, book_.number("cou_difference_percent", outlet_.pack))) {
    one.row.mass_kg = total;
  } else {
    one.findings["cou_mismatch"] = "sent " + units_text(*total, mass_places) + " kg, computed " +
                                   units_text(product, mass_places) + " kg";
  }
}

Units OutletHourOracle::own_total(const FactorHour& one) const {
  if (one.judged) {
    const auto total = one.report->copy->number("Cou");
    return total ? to_units(*total, mass_places) : std::nullopt;
  }
  std::map<Time, std::int64_t> totals;  // by the report's data time
  for (Time minute = hour_; minute < hour_ + hour_ms; minute += minute_ms) {
    const std::vector<JudgedCopy> reports = one.values.covering(minute);
    if (reports.empty()) return std::nullopt;
    const JudgedCopy& report = reports.back();
    if (report.outcome != Outcome::Valid || report.start < hour_ || report.end > hour_ + hour_ms) {
      return std::nullopt;
    }
    const auto total = report.copy->number("Cou");
    const Units units = total ? to_units(*total, mass_places) : std::nullopt;
    if (!units) return std::nullopt;
    totals[report.copy->time] = *units;
  }
  std::int64_t sum = 0;
  for (const auto& [time, units] : totals) sum += units;
  return sum;
}

/// The values that say something of the hour.
std::vector<JudgedCopy> OutletHourOracle::reaching(const FactorHour& one) const {
  std::vector<JudgedCopy> found;
  if (one.values.device() == nullptr) return found;
  const auto append = [&](const std::vector<JudgedCopy>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  if (one.values.cyclic()) {
    for (Time at = one.values.slot_start(hour_); at < hour_ + hour_ms;
         at += one.values.factor().period * minute_ms) {
      append(one.values.slot_values(at));
    }
  } else {
    append(one.values.find(Report::Realtime, hour_, hour_ + hour_ms));
    append(one.values.find(Report::Minute, hour_ - (one.values.device()->minutes - 1) * minute_ms,
                           hour_ + hour_ms));
  }
  if (one.report) found.push_back(*one.report);
  return found;
}

void OutletHourOracle::find(FactorHour& one) const {
  WindowRow& row = one.row;
  for (const JudgedCopy& value : reaching(one)) {
    const bool own = one.values.cyclic() || value.start >= hour_;
    if (own && value.zero_band) one.findings["zero_band"];
    if (own && value.below) one.findings["below_range"];
    const bool telling = value.report == Report::Hour || !one.values.cyclic();
    if (telling && value.early()) one.findings["label_suspect"];
  }
  if (one.over_range) one.findings["over_range"];
  if (row.state == "invalid(report_contradicts_minutes)") {
    one.findings["report_contradicts_minutes"];
  }
  const bool by_hour = *book_.parameter("conversion_order", outlet_.pack) == "hour";
  if (row.valid() && row.source == "minutes" && with_role("oxygen") != nullptr) {
    one.other_order = by_hour ? converted_by_minutes(one) : converted_by_hour(one);
  }
  if (!row.reported || !row.recomputed) return;
  const Fraction percent = book_.number("report_difference_percent", outlet_.pack);
  if (within_percent(*row.recomputed, *row.reported, percent)) return;
  one.findings["report_difference"] =
      "reported " + units_text(*row.reported) + ", recomputed " + units_text(*row.recomputed);
}

}  // namespace parkwatch::oracle
