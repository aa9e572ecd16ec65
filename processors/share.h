#pragma once

#include "model/decimal.h"

namespace parkwatch {

/// Whether part / whole reaches a percentage, by the exact fraction and not by a rounded one.
inline bool reaches_percent(std::int64_t part, std::int64_t whole, Decimal percent) {
  return Wide{part} * 100 * Decimal::one >= Wide{whole} * percent.units();
}

}  // namespace parkwatch
