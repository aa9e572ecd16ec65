#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulation/oracle.h"

namespace parkwatch::oracle {

/// Capture rates and substituted masses (docs/rules/substitution.md).
class Masses {
 public:
  using Place = std::tuple<std::string, std::string, std::string>;  // park, outlet, factor
  struct Counts {
    std::int64_t hours = 0, valid = 0, stopped = 0, gaps = 0;
  };
  struct Estimate {
    std::int64_t mass = 0;  // 10^-9 kg
    std::string method;
    Time run = 0;  // its start
  };

  explicit Masses(Oracle& oracle);

  const std::map<std::pair<Place, Time>, Counts>& capture() const { return capture_; }
  const std::map<std::pair<Place, Time>, Estimate>& estimates() const { return estimates_; }
  /// What was substituted for the hour's mass; nullptr for nothing.
  const Estimate* estimate(const WindowRow& row) const;

 private:
  bool gap(const WindowRow& row) const;
  Time quarter(const std::string& park, Time at) const;
  void add_run(const Place& place, const std::vector<const WindowRow*>& run,
               const std::vector<std::int64_t>& before);
  std::int64_t look_back(const Place& place, const WindowRow& row, std::size_t run,
                         const std::string& pack) const;

  const Book& book_;
  std::map<std::pair<Place, Time>, Counts> capture_;      // by quarter
  std::map<std::pair<Place, Time>, Estimate> estimates_;  // by hour
};

}  // namespace parkwatch::oracle
