#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/decimal.h"
#include "model/lifecycle_rules.h"
#include "model/mark_rule.h"
#include "model/registry.h"

namespace parkwatch {

/// What a factor is for.
enum class FactorRole : std::uint8_t {
  Pollutant,    // has concentrations, limits and mass
  Flow,         // a00000, w00000
  Oxygen,       // a19001
  Temperature,  // a01012
  Pressure,     // static pressure a01013
  Atmosphere,   // barometric pressure a01006
  Moisture,     // a01014
  Ph,           // w01001: arithmetic means, no mass, two-sided limits
  Other,        // kept and averaged, no mass
};
inline constexpr std::size_t factor_role_count = 9;

/// A row of the factor table (HJ 212-2017 App. B).
struct Factor {
  std::string code, code_2005, name_zh, name_en;
  Medium medium = Medium::Air;
  FactorRole role = FactorRole::Other;
  std::string unit;                          // the unit that stored values use
  std::optional<Decimal> molar_mass;         // g/mol; without it no ppm
  std::optional<MassDecimal> equivalent_kg;  // pollution equivalent; none: not taxed
  std::string part_of;                       // the factor that there cannot be less of; empty: none
  std::string cas;
  std::string source;
};

/// Which window a limit is held against. Other: none (single samples, manual tests, reference
/// values, mass rates of anything but hours); kept for people to read, never judged on hours or
/// days.
enum class LimitSpan : std::uint8_t { Hour, Day, Other };

/// What a limit bounds: the factor's value, its mass per hour, or nothing (a printed reference
/// value).
enum class LimitOf : std::uint8_t { Value, MassRate, Reference };

/// A limit as a table by stack height (rules/stack_limits.csv): GB 16297-1996 section 7, annex B.
struct StackTable {
  struct Row {
    Decimal height_m, upper;
    friend bool operator==(const Row&, const Row&) = default;
  };
  std::vector<Row> rows;      // ascending; empty: the limit does not depend on the stack
  Decimal above_buildings_m;  // how much higher than the buildings around a stack must be
  Decimal least_height_m;     // and how high in itself
  Decimal short_percent;      // the share of the limit that holds where one of these fails
};

/// A dated limit. Equality complies (GB/T 8170, full value comparison).
struct Limit {
  std::string id;  // outlets name it
  std::string standard, clause, industry, scope, factor;
  std::optional<Decimal> upper, lower;  // in the factor's stored unit; a mass rate in kg/h
  StackTable stack;                     // in place of `upper`
  std::string unit;                     // as the standard prints it
  LimitOf of = LimitOf::Value;
  LimitSpan span = LimitSpan::Hour;
  std::string averaging;  // hour, day, instant, five-minute or manual-mean, as the standard says
  std::optional<Decimal> reference_oxygen_percent;
  bool sure = true;  // false as well where clause or date are unknown
  std::string source;
  Validity validity;
};

/// A dated parameter of the arithmetic; `pack` empty: for all outlets, else for that rule pack.
struct Parameter {
  std::string name, pack, value, standard, clause;
  bool sure = false;
  Validity validity;
};

/// A conversion between units: stored = sent * numerator / denominator.
struct UnitConversion {
  std::string from, to;
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
};

/// Everything under rules/.
struct Rules {
  std::vector<Factor> factors;
  std::vector<Limit> limits;
  std::vector<Parameter> parameters;
  std::vector<UnitConversion> units;
  LifecycleRules lifecycle;  // empty: lifecycle.csv was left out
  std::vector<MarkRule> marks;
  std::vector<OperationParameter> operation;  // empty: operation.csv was left out
};

}  // namespace parkwatch
