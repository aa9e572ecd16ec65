#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/book.h"
#include "tests/simulation/random.h"

namespace parkwatch::simulation {

using oracle::Cells;
using oracle::Sheets;
using oracle::Time;

/// How a data logger reports.
enum class Habit : std::uint8_t { Hours, Minutes, Samples, MinutesAndHours };

/// A device as its logger knows it.
struct Logger {
  std::string mn, outlet, park;
  bool water = false;
  int protocol = 2017;
  int interval_s = 60;  // between samples
  int minutes = 1;      // of a minute report
  bool minute_end = false, hour_end = false, day_end = false;
  Habit habit = Habit::Hours;
  std::vector<Cells> factors;  // rows of factors.csv, one a code
};

/// What one channel of a meter tells of a production line or a facility.
struct Channel {
  std::string code, signal;
  int rated = 0;
};

/// A production line with its treatment, and the meter that watches both.
struct Site {
  std::string enterprise, park, meter;  // the meter's MN
  std::vector<Channel> channels;
};

/// The registry and rules of one seed, and the period its loggers report.
struct SmallWorld {
  Time start = 0;
  int hours = 0;
  Sheets registry, rules;
  std::vector<Logger> loggers;
  std::vector<std::string> parks;
  // Only where the records are of every kind.
  std::vector<Site> sites;
  std::vector<std::pair<std::string, std::string>> projects;  // with their park

  Time end() const { return start + hours * oracle::hour_ms; }
};

/// A file of the shipped rules. Throws std::runtime_error when it can not be read.
std::vector<Cells> shipped_rules(const std::string& name);
SmallWorld make_world(Random& random);
/// The registry as it is corrected in hindsight: other limits, ranges and dates, a device more.
Sheets corrected_registry(const SmallWorld& world, Random& random);

}  // namespace parkwatch::simulation
