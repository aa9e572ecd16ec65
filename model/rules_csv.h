#pragma once

#include "model/fault.h"
#include "model/rules.h"
#include "model/sheet.h"

namespace parkwatch {

struct ParsedRules {
  Rules rules;  // what could be read; to be used only if no fault refuses it
  Faults faults;
};

/// Reads factors.csv, limits.csv, parameters.csv, units.csv and, where they stand, lifecycle.csv,
/// mark_schemes.csv, working_days.csv and operation.csv, all faults at once. Limits are converted
/// exactly to their factor's stored unit; units are closed under chains and inverses. A limit or
/// parameter whose clause or date says `unknown` is not sure, whatever its row says. Pure: safe
/// from any thread.
ParsedRules parse_rules(const TextFiles& files);

}  // namespace parkwatch
