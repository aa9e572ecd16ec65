#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/decimal.h"
#include "model/registry.h"

namespace parkwatch {

/// What an hour's mass is made of (docs/arithmetic.md §6; HJ 212-2017 App. D eq. 33 and 34).
struct MassInput {
  Medium medium = Medium::Air;
  std::int64_t units_per_kilogram = 0;  // 10^6 for mg/m3 and mg/L
  bool basis_known = false;
  bool flow_registered = false;
  std::optional<Decimal> measured;      // valid hour mean, per m3 (air) or per litre (water)
  std::optional<Decimal> flow_mean;     // valid hour mean, m3/s (air) or L/s (water)
  std::optional<Decimal> volume_m3;     // from the flow's Cou of the judged report
  std::optional<MassDecimal> own_mass;  // the factor's own Cou, kg
  std::int64_t difference_percent = 5;
};

struct MassResult {
  std::optional<MassDecimal> mass;
  std::string state;      // why there is none
  bool mismatch = false;  // the own mass differs too much: the product stands
};

MassResult hour_mass(const MassInput& input);

/// An hour's volume in m3 from its mean flow (air m3/s, water L/s).
std::optional<Decimal> volume_of_mean(Decimal flow_mean, Medium medium);

}  // namespace parkwatch
