#pragma once

#include <map>
#include <vector>

#include "tests/simulation/hours.h"

namespace parkwatch::oracle {

/// The hour rows of one outlet factor that a local day has, and of the outlet's flow, by hour.
struct DayHours {
  std::vector<const WindowRow*> own;
  std::map<Time, const WindowRow*> flow;
};

/// One outlet factor over one local day (docs/arithmetic.md 8). `hours` holds rows of any phase;
/// only closed ones count. Whether the day is closed is the caller's to say.
WindowRow day_row(const Book& book, const Ledger& ledger, const OutletRow& outlet,
                  const FactorRow& factor, const ParkRow& park, Time start, const DayHours& hours,
                  FindingTexts& findings);

}  // namespace parkwatch::oracle
