#include "app/explain_hour.h"

#include <fmt/format.h>

#include <algorithm>

namespace parkwatch {

namespace {

using std::chrono::minutes;

const char* basis_text(Basis basis) {
  switch (basis) {
    case Basis::StandardDry:
      return "dry, standard state";
    case Basis::StandardWet:
      return "wet, standard state";
    case Basis::ActualDry:
      return "dry, actual state";
    case Basis::ActualWet:
      return "wet, actual state";
    case Basis::Unknown:
      return "unknown: used as sent, gives no mass";
  }
  return "";
}

/// The row of an id that holds at a time; nullptr when none does.
template <class Row>
const Row* registered(const std::vector<Row>& rows, const std::string& id, EventTime at) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.id == id && row.validity.covers(at);
  });
  return found == rows.end() ? nullptr : &*found;
}

Basis basis_of(const Outlet& row, FactorRole role) {
  if (role == FactorRole::Flow) return row.flow_basis;
  return role == FactorRole::Oxygen ? row.oxygen_basis : row.concentration_basis;
}

std::string standard_formula(Basis basis, const Parameters& parameters) {
  const bool wet = basis == Basis::StandardWet || basis == Basis::ActualWet;
  const bool actual = basis == Basis::ActualDry || basis == Basis::ActualWet;
  std::string text = "as sent";
  if (wet) text += " × 100 / (100 − moisture)";
  if (actual) {
    text += fmt::format(
        " × {} kPa / pressure × ({} + temperature) / {}", parameters.standard_pressure_kpa.text(),
        parameters.standard_temperature_k.text(), parameters.standard_temperature_k.text());
  }
  return wet || actual ? text + ", rounded once (HJ 212-2017 annex D)" : "none needed";
}

const char* state_text(MinuteState state) {
  if (state == MinuteState::Valid) return "valid";
  return state == MinuteState::Invalid ? "invalid" : "missing";
}

std::string optional_text(const std::optional<Decimal>& value) {
  return value ? value->text() : "";
}

/// Shows an hour of one factor.
class HourSections {
 public:
  HourSections(ExplainContext& context, const OutletPlan& outlet, const WindowKey& key,
               const HourSteps& steps, const FactorHour& factor, Explanation& explanation)
      : context_(context),
        outlet_(outlet),
        key_(key),
        steps_(steps),
        factor_(factor),
        explanation_(explanation),
        row_(*outlet.row_at(key.start)),
        parameters_(context.plan().parameters(row_.rule_pack, key.start)),
        zone_(context.plan().zone_of_park(key.park)) {}

  void add() {
    add_registration();
    add_values();
    add_minutes();
    add_report();
    add_rule();
    add_mass();
  }

 private:
  void add_registration() {
    ExplainedSection& section = explanation_.add("What is registered");
    const Registry& registry = context_.set().registry;
    const auto enterprise =
        registered(registry.enterprises, outlet_.enterprise_at(key_.start)->id, key_.start);
    if (enterprise != nullptr) section.fact("enterprise", enterprise->id + " " + enterprise->name);
    const auto outlet = registered(registry.outlets, outlet_.id, key_.start);
    if (outlet != nullptr) {
      section.fact("outlet", fmt::format("{} {} {}, {}", outlet->id, outlet->code, outlet->name,
                                         row_.medium == Medium::Air ? "air" : "water"));
    }
    if (factor_.device != nullptr) section.fact("device", "MN " + factor_.device->mn);
    const OutletFactor& row = factor_.plan->row;
    section.fact("factor", row.factor + ", " + validity_text(zone_, row.validity));
    section.fact("unit",
                 fmt::format("stored in {}{}", factor_.plan->row.stored_unit,
                             factor_.plan->row.numerator == factor_.plan->row.denominator
                                 ? ""
                                 : fmt::format(" = as sent × {} / {}", factor_.plan->row.numerator,
                                               factor_.plan->row.denominator)));
    section.fact("range", "as sent " + with_unit(row.range_min, row.unit) + " to " +
                              with_unit(row.range_max, row.unit));
  }

  /// Kept values that gave no number, each with the reason.
  void add_values() {
    if (factor_.device == nullptr) return;
    ExplainedSection& section = explanation_.add("Values left out");
    section.columns = {"report", "data time", "received", "as sent", "why"};
    const DeviceHours hours = context_.device_hours();
    std::size_t used = 0;
    for (const int by : {-1, 0, 1}) {
      const DeviceHour* content =
          hours(factor_.device->mn, key_.start + by * std::chrono::milliseconds(3'600'000));
      if (content == nullptr) continue;
      for (const Kind kind : {Kind::Realtime, Kind::Minute, Kind::Hour}) {
        for (const KeptValue& value : content->values(factor_.plan->row.factor, kind)) {
          const EventTime start = interval_start(kind, value.time, *factor_.device);
          if (start < key_.start || start >= key_.start + minutes(60)) continue;
          const char* number = kind == Kind::Realtime ? "Rtd" : "Avg";
          const Judged judged = judge(value, number, *factor_.plan, parameters_);
          std::string why(judged.why);
          if (!monitored(value, *factor_.device, *factor_.plan)) why = "not registered then";
          if (why.empty()) ++used;
          if (why.empty() && !value.contradicted) continue;
          if (why.empty()) why = "used; other copies said otherwise";
          section.rows.push_back({kind_text(kind), utc_text(value.time),
                                  utc_text(value.received.milliseconds()),
                                  std::string(value.attributes), why});
        }
      }
    }
    section.notes.push_back(fmt::format("{} values are valid and used{}.", used,
                                        section.rows.empty() ? "; none was left out" : ""));
  }

  void add_minutes() {
    ExplainedSection& section = explanation_.add("Minutes");
    const Basis basis = basis_of(row_, factor_.plan->role);
    if (row_.medium == Medium::Air && factor_.plan->role != FactorRole::Other) {
      section.fact("state as sent", basis_text(basis));
      section.fact("to dry standard state", standard_formula(basis, parameters_));
    }
    if (factor_.reference) {
      section.fact("to reference oxygen", reference_formula(parameters_, *factor_.reference));
    }
    section.columns = {"minute", "state", "value", "measured"};
    std::vector<const FactorHour*> auxiliaries;
    for (const auto& [code, other] : steps_) {
      if (other.plan->role == FactorRole::Pollutant || &other == &factor_) continue;
      auxiliaries.push_back(&other);
      section.columns.push_back(code);
    }
    section.columns.emplace_back("converted");
    std::size_t missing = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      const Minutes::Minute& minute = factor_.raw.minutes[i];
      if (minute.state == MinuteState::Missing) {
        ++missing;
        continue;
      }
      std::vector<std::string> cells{
          local_text(zone_, key_.start + minutes(static_cast<int>(i))).substr(11, 5),
          state_text(minute.state), minute.state == MinuteState::Valid ? minute.value.text() : "",
          optional_text(factor_.measured[i])};
      for (const FactorHour* other : auxiliaries)
        cells.push_back(optional_text(other->measured[i]));
      cells.push_back(optional_text(factor_.converted[i]));
      section.rows.push_back(std::move(cells));
    }
    if (missing > 0) section.notes.push_back(fmt::format("{} minutes are missing.", missing));
  }

  void add_report() {
    ExplainedSection& section = explanation_.add("The logger's own hour (2061)");
    if (!factor_.report) {
      section.notes.push_back("None was received.");
      return;
    }
    const HourReport& report = *factor_.report;
    const std::string& unit = factor_.plan->row.stored_unit;
    section.fact("data time", local_text(zone_, report.time));
    section.fact("reported", with_unit(report.average, unit));
    section.fact("in dry standard state", with_unit(factor_.report_measured, unit));
    if (factor_.reference) section.fact("reported, converted", with_unit(report.converted, unit));
    if (report.total) section.fact("Cou as sent", report.total->text());
    section.fact("recomputed from minutes", with_unit(factor_.window.recomputed, unit));
    section.fact("judged", factor_.judged_report ? "yes" : "no");
  }

  void add_rule() {
    ExplainedSection& section = explanation_.add("The hour");
    const Window& window = factor_.window;
    const std::string& unit = factor_.plan->row.stored_unit;
    section.fact("measured minutes", std::to_string(window.valid_minutes));
    section.fact("invalid minutes", std::to_string(window.invalid_minutes));
    section.fact("mean of the minutes", with_unit(factor_.own_mean, unit));
    section.fact("rule",
                 fmt::format("valid from {} minutes; a report counts unless more than {} "
                             "minutes are invalid{}",
                             parameters_.hour_valid_minutes, 60 - parameters_.hour_valid_minutes,
                             rule_source("hour_valid_minutes")));
    section.fact("taken from", window.source.empty() ? "nothing" : window.source);
    section.fact("state", window.state);
    section.fact("value", with_unit(window.value, unit));
    if (factor_.reference) {
      section.fact("converted", with_unit(window.converted, unit));
      section.fact("converted minutes", std::to_string(window.converted_minutes));
    }
    if (window.first_arrival) {
      section.fact("first arrival", utc_text(window.first_arrival->milliseconds()));
    }
  }

  /// "; HJ 75-2017 12.2, not certain": where a parameter is from.
  std::string rule_source(std::string_view name) const {
    for (const std::string& pack : {row_.rule_pack, std::string()}) {
      for (const Parameter& parameter : context_.set().rules.parameters) {
        if (parameter.name != name || parameter.pack != pack) continue;
        if (!parameter.validity.covers(key_.start)) continue;
        return fmt::format(" ({} {}{})", parameter.standard, parameter.clause,
                           parameter.sure ? "" : ", not certain");
      }
    }
    return {};
  }

  void add_mass() {
    if (!factor_.mass_input) return;
    ExplainedSection& section = explanation_.add("Mass");
    const MassInput& input = *factor_.mass_input;
    const bool air = input.medium == Medium::Air;
    section.fact("concentration", with_unit(input.measured, factor_.plan->row.stored_unit));
    section.fact("mean flow", with_unit(input.flow_mean, air ? "m3/s" : "L/s"));
    if (input.volume_m3) section.fact("volume from Cou", with_unit(input.volume_m3, "m3"));
    if (input.measured && input.volume_m3) {
      section.fact("formula", input.measured->text() + " × " + input.volume_m3->text() + " m3 / " +
                                  std::to_string(input.units_per_kilogram) + " per kg");
    } else if (input.measured && input.flow_mean) {
      section.fact("formula", input.measured->text() + " × " + input.flow_mean->text() +
                                  " × 3600 s / " + std::to_string(input.units_per_kilogram) +
                                  " per kg");
    }
    if (input.own_mass) section.fact("the logger's own mass", with_unit(input.own_mass, "kg"));
    section.fact("mass", with_unit(factor_.window.mass_kg, "kg"));
    section.fact("why none", factor_.window.mass_state);
  }

  ExplainContext& context_;
  const OutletPlan& outlet_;
  const WindowKey& key_;
  const HourSteps& steps_;
  const FactorHour& factor_;
  Explanation& explanation_;
  const Outlet& row_;
  const Parameters& parameters_;
  const Zone& zone_;
};

}  // namespace

std::string reference_formula(const Parameters& parameters, Decimal reference) {
  const std::string air = parameters.oxygen_air_percent.text();
  return fmt::format("measured × ({} − {}) / ({} − O2), none from {} % O2 on{}", air,
                     reference.text(), air, parameters.oxygen_cannot_convert_percent.text(),
                     parameters.convert_by_hour ? "; hours first" : "; minute by minute");
}

void add_hour_steps(ExplainContext& context, const OutletPlan& outlet, const WindowKey& key,
                    const HourSteps& steps, const FactorHour& factor, Explanation& explanation) {
  HourSections(context, outlet, key, steps, factor, explanation).add();
}

}  // namespace parkwatch
