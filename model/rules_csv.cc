#include "model/rules_csv.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "model/dated_rows.h"
#include "model/lifecycle_csv.h"
#include "model/mark_rules_csv.h"
#include "model/operation_csv.h"
#include "model/parameters.h"
#include "model/rules_lookup.h"
#include "model/units_csv.h"

namespace parkwatch {

namespace {

constexpr std::array factor_columns = {
    SheetColumn{"code", true},          SheetColumn{"code_2005", true},
    SheetColumn{"name_zh", true},       SheetColumn{"name_en", true},
    SheetColumn{"medium", true},        SheetColumn{"role", true},
    SheetColumn{"unit", true},          SheetColumn{"molar_mass"},
    SheetColumn{"equivalent_kg", true}, SheetColumn{"cas"},
    SheetColumn{"source", true},
};
constexpr std::array limit_columns = {
    SheetColumn{"id", true},         SheetColumn{"standard", true},
    SheetColumn{"clause", true},     SheetColumn{"industry", true},
    SheetColumn{"scope", true},      SheetColumn{"factor", true},
    SheetColumn{"lower", true},      SheetColumn{"upper", true},
    SheetColumn{"unit", true},       SheetColumn{"of", true},
    SheetColumn{"averaging", true},  SheetColumn{"reference_oxygen_percent", true},
    SheetColumn{"sure", true},       SheetColumn{"source", true},
    SheetColumn{"valid_from", true}, SheetColumn{"valid_to", true},
};
constexpr std::array parameter_columns = {
    SheetColumn{"name", true},       SheetColumn{"pack", true},     SheetColumn{"value", true},
    SheetColumn{"standard", true},   SheetColumn{"clause", true},   SheetColumn{"sure", true},
    SheetColumn{"valid_from", true}, SheetColumn{"valid_to", true},
};

void read_factor(const SheetRow& row, std::map<std::string, int>& lines, Rules& rules) {
  Factor factor;
  factor.code = row.id("code");
  factor.code_2005 = row.text("code_2005");
  factor.name_zh = row.required("name_zh");
  factor.name_en = row.required("name_en");
  factor.medium =
      row.choice<Medium>("medium", std::nullopt, {{"air", Medium::Air}, {"water", Medium::Water}});
  factor.role = row.choice<FactorRole>("role", std::nullopt,
                                       {{"pollutant", FactorRole::Pollutant},
                                        {"flow", FactorRole::Flow},
                                        {"oxygen", FactorRole::Oxygen},
                                        {"temperature", FactorRole::Temperature},
                                        {"pressure", FactorRole::Pressure},
                                        {"atmosphere", FactorRole::Atmosphere},
                                        {"moisture", FactorRole::Moisture},
                                        {"ph", FactorRole::Ph},
                                        {"other", FactorRole::Other}});
  factor.unit = row.required("unit");
  factor.molar_mass = row.decimal("molar_mass");
  factor.equivalent_kg = row.mass("equivalent_kg");
  factor.cas = row.text("cas");
  factor.source = row.required("source");
  if (factor.molar_mass && factor.molar_mass->units() <= 0) {
    row.fault("`molar_mass` is not above 0", "write it in g/mol, or leave it empty");
  }
  if (factor.equivalent_kg && factor.equivalent_kg->units() <= 0) {
    row.fault("`equivalent_kg` is not above 0", "write it in kg, or leave it empty");
  }
  const auto [at, fresh] = lines.emplace(factor.code, row.line());
  if (!fresh) {
    row.fault("factor `" + factor.code + "` stands already in line " + std::to_string(at->second),
              "remove one");
  }
  rules.factors.push_back(std::move(factor));
}

/// The bound in the factor's stored unit; a mass rate in kg/h.
std::optional<Decimal> limit_value(const SheetRow& row, std::string_view column,
                                   const Factor& factor, const Limit& limit, const Rules& rules) {
  const std::optional<Number> printed = row.number(column);
  if (!printed) return std::nullopt;
  std::optional<UnitConversion> conversion;
  if (limit.of == LimitOf::MassRate) {
    if (limit.unit == "kg/h") conversion = UnitConversion{"kg/h", "kg/h", 1, 1};
  } else {
    conversion = find_conversion(rules, factor, limit.unit);
  }
  if (!conversion) {
    row.fault(
        "unit `" + limit.unit + "` does not convert to `" + factor.unit + "` of " + factor.code,
        "correct it, or add the conversion to units.csv");
    return std::nullopt;
  }
  const std::optional<Decimal> value = convert_exactly(*printed, *conversion);
  if (!value) {
    row.fault("`" + std::string(column) + "` has no exact value in `" + conversion->to + "`",
              "at most 6 decimals of the factor's unit can be stored");
  }
  return value;
}

LimitSpan span_of(const Limit& limit) {
  if (limit.of != LimitOf::Value) return LimitSpan::Other;
  if (limit.averaging == "hour") return LimitSpan::Hour;
  if (limit.averaging == "day") return LimitSpan::Day;
  return LimitSpan::Other;
}

Limit read_limit(const SheetRow& row, const Rules& rules) {
  Limit limit;
  limit.id = row.required("id");
  limit.standard = row.required("standard");
  limit.clause = row.required("clause");
  limit.industry = row.required("industry");
  limit.scope = row.required("scope");
  limit.factor = row.required("factor");
  limit.unit = row.required("unit");
  limit.of = row.choice<LimitOf>("of", std::nullopt,
                                 {{"value", LimitOf::Value},
                                  {"mass-rate", LimitOf::MassRate},
                                  {"reference", LimitOf::Reference}});
  limit.averaging = row.choice<std::string>("averaging", std::nullopt,
                                            {{"hour", "hour"},
                                             {"day", "day"},
                                             {"instant", "instant"},
                                             {"five-minute", "five-minute"},
                                             {"manual-mean", "manual-mean"}});
  limit.span = span_of(limit);
  limit.reference_oxygen_percent = row.decimal("reference_oxygen_percent");
  limit.sure = row.choice<bool>("sure", std::nullopt, {{"yes", true}, {"no", false}});
  limit.source = row.required("source");
  limit.validity = dated(row, limit.sure);
  if (limit.id.find_first_of(" ;\t") != std::string::npos) {
    row.fault("`id` contains a blank or semicolon: `" + limit.id + "`",
              "outlets name limits in a list separated by semicolons; use other characters");
  }
  const Factor* factor = find_factor(rules, limit.factor);
  if (factor == nullptr) {
    if (rules.factors.empty()) return limit;  // its file is refused as a whole
    row.fault("factor `" + limit.factor + "` is not in the factor table", "add it to factors.csv");
    return limit;
  }
  limit.lower = limit_value(row, "lower", *factor, limit, rules);
  limit.upper = limit_value(row, "upper", *factor, limit, rules);
  if (row.text("lower").empty() && row.text("upper").empty()) {
    row.fault("the limit has no bound", "fill in `upper` or `lower`");
  }
  if (limit.lower && limit.upper && *limit.upper < *limit.lower) {
    row.fault("`lower` is above `upper`", "exchange them");
  }
  const std::optional<Decimal>& oxygen = limit.reference_oxygen_percent;
  if (oxygen && (*oxygen < Decimal{} || *oxygen >= Decimal::whole(21))) {
    row.fault("`reference_oxygen_percent` is not from 0 to below 21", "write it in percent");
  }
  return limit;
}

Parameter read_parameter(const SheetRow& row) {
  Parameter parameter;
  parameter.name = row.required("name");
  parameter.pack = row.text("pack");
  parameter.value = row.required("value");
  parameter.standard = row.required("standard");
  parameter.clause = row.required("clause");
  parameter.sure = row.choice<bool>("sure", std::nullopt, {{"yes", true}, {"no", false}});
  parameter.validity = dated(row, parameter.sure);
  const ParameterSpec* spec = find_parameter_spec(parameter.name);
  if (spec == nullptr) {
    row.fault("parameter `" + parameter.name + "` is not known", "check its spelling");
  } else if (const auto advice = parameter_fault(*spec, parameter.value); advice) {
    row.fault("`value` of " + parameter.name + " is refused: `" + parameter.value + "`", *advice);
  }
  return parameter;
}

/// Reads one file of the folder; a missing one is a fault.
template <std::size_t Count, class Visit>
void read_file(const TextFiles& files, const std::string& name,
               const std::array<SheetColumn, Count>& columns, Faults& faults, const Visit& visit) {
  const auto text = files.texts.find(name);
  if (text == files.texts.end()) {
    faults.push_back({files.path(name), 0, Severity::Fault, "the file is missing",
                      "take it from the rules that come with the program"});
    return;
  }
  Sheet(files.path(name), text->second, columns, faults).for_each(visit);
}

/// Whether a general row holds at every time: at the beginning and wherever one ends.
bool always_has_value(const Rules& rules, std::string_view name) {
  std::vector<EventTime> probes{Validity{}.from};
  for (const Parameter& parameter : rules.parameters) {
    const bool ends = parameter.name == name && parameter.validity.to < Validity{}.to;
    if (ends) probes.push_back(parameter.validity.to);
  }
  return std::all_of(probes.begin(), probes.end(),
                     [&](EventTime at) { return find_parameter(rules, name, "", at) != nullptr; });
}

void check_parameters_complete(const TextFiles& files, const Rules& rules, Faults& faults) {
  if (rules.parameters.empty()) return;  // the file is refused as a whole
  for (const ParameterSpec& spec : parameter_specs()) {
    if (!spec.general || always_has_value(rules, spec.name)) continue;
    faults.push_back({files.path("parameters.csv"), 0, Severity::Fault,
                      "parameter `" + std::string(spec.name) + "` has no value at some times",
                      "add a row with empty `pack`; the first needs no `valid_from`, the last no "
                      "`valid_to`"});
  }
}

}  // namespace

ParsedRules parse_rules(const TextFiles& files) {
  ParsedRules parsed;
  Rules& rules = parsed.rules;
  Faults& faults = parsed.faults;
  read_file(files, "units.csv", unit_columns, faults,
            [&](const SheetRow& row) { read_unit(row, rules.units); });
  close_units(files.path("units.csv"), rules.units, faults);

  SeenRows parameters;
  read_file(files, "parameters.csv", parameter_columns, faults, [&](const SheetRow& row) {
    Parameter parameter = read_parameter(row);
    parameters.add(parameter.name + (parameter.pack.empty() ? "" : "/" + parameter.pack),
                   parameter.validity, row);
    rules.parameters.push_back(std::move(parameter));
  });
  check_parameters_complete(files, rules, faults);

  std::map<std::string, int> factor_lines;
  read_file(files, "factors.csv", factor_columns, faults,
            [&](const SheetRow& row) { read_factor(row, factor_lines, rules); });

  SeenRows limits;
  read_file(files, "limits.csv", limit_columns, faults, [&](const SheetRow& row) {
    Limit limit = read_limit(row, rules);
    limits.add(limit.id, limit.validity, row);
    rules.limits.push_back(std::move(limit));
  });
  read_lifecycle_rules(files, rules.lifecycle, faults);
  read_mark_rules(files, rules, faults);
  read_operation_parameters(files, rules.operation, faults);
  sort_faults(faults);
  return parsed;
}

}  // namespace parkwatch
