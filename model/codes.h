#pragma once

#include <string_view>

namespace parkwatch {

/// Unified social credit code (GB 32100-2015): 18 characters, the last of which checks the others.
bool is_credit_code(std::string_view code);

/// Discharge permit code (HJ 608-2017): credit code or other 18-character identity, 3 digits, 1
/// letter or digit. Only the form: the standard defines no check character.
bool is_permit_code(std::string_view code);

/// Division of county level or above (GB/T 2260): 6 digits that begin with a province's code.
bool is_division_code(std::string_view code);

/// Industry (GB/T 4754): an optional letter A to T, then 2 to 4 digits.
bool is_industry_code(std::string_view code);

/// What HJ 608 numbers inside one permit.
enum class PlantCode { AirOutlet, WaterOutlet, AirFacility, WaterFacility, ProductionLine };

/// DA001, DW001, TA001, TW001, MF0001.
bool is_plant_code(std::string_view code, PlantCode kind);

/// An id that people choose: 1 to 64 of letters, digits and . _ : - (it ends up in topic keys and
/// labels).
bool is_id(std::string_view id);

/// The MN of a data logger: 1 to 64 printable ASCII characters that HJ 212 does not use itself.
bool is_mn(std::string_view mn);

/// Whether a value is one of the words of a text, which have single blanks between them.
bool names_word(std::string_view words, std::string_view value);

}  // namespace parkwatch
