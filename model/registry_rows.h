#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/codes.h"
#include "model/registry.h"
#include "model/sheet.h"

namespace parkwatch {

// One row of one registry file, checked by itself; see registry_sheets.h.
RegisteredOutlet read_outlet(const SheetRow& row);
RegisteredDevice read_device(const SheetRow& row);
OutletFactor read_outlet_factor(const SheetRow& row);
Permit read_permit(const SheetRow& row);

/// A code that may be empty (a warning) but not malformed (a fault).
template <class Form>
std::string code(const SheetRow& row, std::string_view column, const Form& fits,
                 std::string_view form) {
  std::string value = row.text(column);
  if (value.empty()) {
    row.warn("`" + std::string(column) + "` is empty", "fill in " + std::string(form));
  } else if (!fits(value)) {
    row.fault("`" + std::string(column) + "` is malformed: `" + value + "`",
              "write " + std::string(form));
  }
  return value;
}

inline std::string plant_code(const SheetRow& row, PlantCode first, PlantCode second,
                              std::string_view form) {
  return code(
      row, "code",
      [&](const std::string& c) { return is_plant_code(c, first) || is_plant_code(c, second); },
      form);
}

}  // namespace parkwatch
