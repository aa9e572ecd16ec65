#pragma once

#include <string>

#include "tests/simulation/exact.h"

namespace parkwatch::oracle {

/// A row of outlet_window.
struct WindowRow {
  std::string park, outlet, factor;
  bool by_day = false;
  Time start = 0, end = 0;
  bool closed = false;
  std::string state;
  Units value, converted, minimum, maximum;
  std::int64_t samples = 0, valid_minutes = 0, invalid_minutes = 0, converted_minutes = 0;
  Units volume_m3, mass_kg;
  std::string mass_state;
  Units reported, recomputed;
  std::string source;
  std::optional<Time> first_arrival;  // of hours
  friend bool operator==(const WindowRow&, const WindowRow&) = default;

  bool valid() const { return state == "valid"; }
  bool due() const { return state != "no_discharge" && state != "not_operating"; }
};

}  // namespace parkwatch::oracle
