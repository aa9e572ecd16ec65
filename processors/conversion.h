#pragma once

#include <optional>

#include "model/decimal.h"
#include "model/registry.h"
#include "processors/plan.h"

namespace parkwatch {

/// Moisture, temperature and absolute pressure that belong to one value; nothing where invalid.
struct GasState {
  std::optional<Decimal> moisture_percent;
  std::optional<Decimal> temperature_c;
  std::optional<Decimal> pressure_kpa;  // absolute: barometric + static
};

/// Whether a value passes unchanged: it stands in the dry standard state, or nothing says in which.
inline bool passes_unchanged(Basis basis) {
  return basis == Basis::StandardDry || basis == Basis::Unknown;
}

/// To the dry standard state, one fraction rounded once (HJ 212-2017 App. D); nothing where what
/// the basis needs is missing or impossible.
std::optional<Decimal> concentration_at_standard(Decimal value, Basis basis, const GasState& gas,
                                                 const Parameters& parameters);
std::optional<Decimal> flow_at_standard(Decimal value, Basis basis, const GasState& gas,
                                        const Parameters& parameters);
/// Oxygen knows only dry and wet.
std::optional<Decimal> oxygen_dry(Decimal value, Basis basis, const GasState& gas);

/// measured * (air - reference) / (air - oxygen); nothing from `oxygen_cannot_convert_percent` on.
std::optional<Decimal> at_reference_oxygen(Decimal measured, Decimal oxygen, Decimal reference,
                                           const Parameters& parameters);

}  // namespace parkwatch
