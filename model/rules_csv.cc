#include "model/rules_csv.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "model/dated_rows.h"
#include "model/lifecycle_csv.h"
#include "model/limits_csv.h"
#include "model/mark_rules_csv.h"
#include "model/operation_csv.h"
#include "model/parameters.h"
#include "model/rules_lookup.h"
#include "model/units_csv.h"

namespace parkwatch {

namespace {

constexpr std::array factor_columns = {
    SheetColumn{"code", true},
    SheetColumn{"code_2005", true},
    SheetColumn{"name_zh", true},
    SheetColumn{"name_en", true},
    SheetColumn{"medium", true},
    SheetColumn{"role", true},
    SheetColumn{"unit", true},
    SheetColumn{"molar_mass"},
    SheetColumn{"equivalent_kg", true},
    SheetColumn{"part_of"},
    SheetColumn{"cas"},
    SheetColumn{"source", true},
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
  factor.part_of = row.text("part_of");
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

/// A part and its whole are pollutants of one medium, in units that convert.
void check_parts(const TextFiles& files, const std::map<std::string, int>& lines,
                 const Rules& rules, Faults& faults) {
  for (const Factor& factor : rules.factors) {
    if (factor.part_of.empty()) continue;
    const Factor* whole = find_factor(rules, factor.part_of);
    const bool comparable = whole != nullptr && whole->code != factor.code &&
                            whole->medium == factor.medium && whole->role == factor.role &&
                            factor.role == FactorRole::Pollutant &&
                            find_conversion(rules, *whole, factor.unit).has_value();
    if (comparable) continue;
    faults.push_back({files.path("factors.csv"), lines.at(factor.code), Severity::Fault,
                      "`part_of` of " + factor.code + " is refused: `" + factor.part_of + "`",
                      "name another pollutant of the same medium whose unit converts"});
  }
}

Parameter read_parameter(const SheetRow& row) {
  Parameter parameter;
  parameter.name = row.required("name");
  parameter.pack = row.text("pack");
  parameter.value = row.required("value");
  read_source(row, parameter);
  const ParameterSpec* spec = find_parameter_spec(parameter.name);
  if (spec == nullptr) {
    row.fault("parameter `" + parameter.name + "` is not known", "check its spelling");
  } else if (const auto advice = parameter_fault(*spec, parameter.value); advice) {
    row.fault("`value` of " + parameter.name + " is refused: `" + parameter.value + "`", *advice);
  }
  return parameter;
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
  read_rule_sheet(files, "units.csv", unit_columns, faults,
                  [&](const SheetRow& row) { read_unit(row, rules.units); });
  close_units(files.path("units.csv"), rules.units, faults);

  SeenRows parameters;
  read_rule_sheet(files, "parameters.csv", parameter_columns, faults, [&](const SheetRow& row) {
    Parameter parameter = read_parameter(row);
    parameters.add(parameter.name + (parameter.pack.empty() ? "" : "/" + parameter.pack),
                   parameter.validity, row);
    rules.parameters.push_back(std::move(parameter));
  });
  check_parameters_complete(files, rules, faults);

  std::map<std::string, int> factor_lines;
  read_rule_sheet(files, "factors.csv", factor_columns, faults,
                  [&](const SheetRow& row) { read_factor(row, factor_lines, rules); });
  check_parts(files, factor_lines, rules, faults);

  read_limits(files, rules, faults);
  read_lifecycle_rules(files, rules.lifecycle, faults);
  read_mark_rules(files, rules, faults);
  read_operation_parameters(files, rules.operation, faults);
  sort_faults(faults);
  return parsed;
}

}  // namespace parkwatch
