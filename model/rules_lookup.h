#pragma once

#include <optional>
#include <string_view>

#include "model/rules.h"

namespace parkwatch {

/// The factor with this HJ 212-2017 code, or nullptr.
const Factor* find_factor(const Rules& rules, std::string_view code);

/// The limit with this id that holds at `at`, or nullptr.
const Limit* find_limit(const Rules& rules, std::string_view id, EventTime at);

/// The parameter that holds at `at` for a rule pack: the pack's own row, else the general one, else
/// nullptr. An empty pack has only general rows.
const Parameter* find_parameter(const Rules& rules, std::string_view name, std::string_view pack,
                                EventTime at);

/// How values sent in `unit` become the factor's stored unit; an empty unit means the stored one.
/// `ppm` and `ppb` by volume need the factor's molar mass and the parameter `molar_volume` (L/mol
/// at 273 K and 101.325 kPa; HJ 212-2017 annex D). Nothing where there is no exact conversion.
std::optional<UnitConversion> find_conversion(const Rules& rules, const Factor& factor,
                                              std::string_view unit);

/// The fraction a/b times c/d in lowest terms, or nothing when it leaves 64 bits.
std::optional<UnitConversion> chain(const UnitConversion& first, const UnitConversion& second);

/// value * conversion where that has at most 6 decimals and fits, else nothing.
std::optional<Decimal> convert_exactly(const Number& value, const UnitConversion& conversion);

}  // namespace parkwatch
