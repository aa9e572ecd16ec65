#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/rules.h"

namespace parkwatch {

/// How well one finding tells the outlet-days with that fault from those without.
struct FaultScore {
  std::int64_t faulty = 0, found = 0;   // days that have the fault, and of them those flagged
  std::int64_t clean = 0, flagged = 0;  // days that have none of it, and of them those flagged
  double recall() const { return static_cast<double>(found) / static_cast<double>(faulty); }
  double false_flags() const { return static_cast<double>(flagged) / static_cast<double>(clean); }
};

struct FaultSetOptions {
  std::uint64_t seed = 1;
  int outlets = 200;
  int days = 90;
  int troubled_percent = 22;  // of the days on which some fault, or what looks like one, may begin
  int forged_percent = 4;     // of the days without any
};

/// Simulated outlets (six in ten send minute reports, two a sample every five minutes, two hour
/// reports alone) whose pollutant is measured by sensors with known faults, beside what looks like
/// faults and is none: stops, peaks of the process, clean stacks, single reports lost, outages
/// whose history is sent at once. Some whole days are forged. They run through the program's hours
/// and days; scores by finding. The same seed gives the same scores everywhere.
std::map<std::string, FaultScore> run_fault_set(const FaultSetOptions& options, const Rules& rules);

}  // namespace parkwatch
