#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/rules.h"
#include "model/sheet.h"

namespace parkwatch {

inline constexpr std::array unit_columns = {SheetColumn{"from", true}, SheetColumn{"to", true},
                                            SheetColumn{"numerator", true},
                                            SheetColumn{"denominator", true}};

/// Adds the row's conversion.
void read_unit(const SheetRow& row, std::vector<UnitConversion>& units);

/// Replaces the conversions by all that follow from them, inverses and chains included, in lowest
/// terms. Two ways between the same units that disagree are a fault, and so is leaving 64 bits.
void close_units(const std::string& file, std::vector<UnitConversion>& units, Faults& faults);

}  // namespace parkwatch
