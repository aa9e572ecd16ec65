#pragma once

#include <optional>

#include "model/rules.h"

namespace parkwatch {

/// What a table by stack height says of one stack (docs/rules/stack_height.md).
struct StackLimit {
  Decimal upper;
  bool sure = true;  // false where the buildings around the stack are not known
};

/// Between two heights of the table by linear interpolation, beyond its ends by the square of the
/// height (GB 16297-1996 annex B); the table's share of that for a stack that is not high enough
/// above the buildings around it (section 7.1), and again for one below the least height (7.4). One
/// fraction, rounded once, half to even. The table has rows; heights are in m, the stack's at least
/// 1. Nothing on overflow. Pure.
std::optional<StackLimit> limit_of_stack(const StackTable& table, Decimal stack_height_m,
                                         const std::optional<Decimal>& buildings_height_m);

}  // namespace parkwatch
