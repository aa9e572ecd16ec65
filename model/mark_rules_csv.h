#pragma once

#include "model/rules.h"
#include "model/sheet.h"

namespace parkwatch {

/// Reads mark_schemes.csv into `rules.marks`, after the factors; a set without the file has no
/// schemes.
void read_mark_rules(const TextFiles& files, Rules& rules, Faults& faults);

}  // namespace parkwatch
