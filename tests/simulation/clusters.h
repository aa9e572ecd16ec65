#pragma once

#include <map>
#include <string>
#include <tuple>

#include "tests/simulation/masses.h"
#include "tests/simulation/oracle.h"

namespace parkwatch::oracle {

/// What a park adds to a cluster, or the whole of a cluster's window.
struct ClusterPart {
  bool closed = true;
  std::int64_t gross = 0, additive = 0, estimated = 0;  // 10^-9 kg
  std::int64_t due = 0, present = 0;
  std::map<std::string, std::int64_t> parks;  // gross by park, of a whole
};

/// docs/arithmetic.md 10.
class ClusterSums {
 public:
  ClusterSums(Oracle& oracle, const Masses& masses);

  using WindowKey = std::tuple<std::string, bool, Time, std::string>;  // cluster, by day, start,
                                                                       // factor
  const std::map<std::pair<WindowKey, std::string>, ClusterPart>& parts() const { return parts_; }
  const std::map<WindowKey, ClusterPart>& wholes() const { return wholes_; }

 private:
  void add_hour(const Book& book, const ClusterRow& cluster, const WindowRow& row);

  const Masses& masses_;
  void add_days(const Oracle& oracle);

  std::map<std::pair<WindowKey, std::string>, ClusterPart> parts_;  // and park
  std::map<WindowKey, ClusterPart> wholes_;
};

}  // namespace parkwatch::oracle
