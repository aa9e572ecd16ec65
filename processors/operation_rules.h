#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/operation.h"

namespace parkwatch {

/// From how many minutes in a row on a condition is a breach, and how grave.
struct OperationTier {
  std::int64_t minutes = 1;
  std::string severity;
  std::string name;  // the rule row's clause: notice, alarm, suspected violation
};

/// The dated parameters of the operation rules with the tolerances of sites. Immutable.
class OperationRules {
 public:
  OperationRules() = default;
  OperationRules(const std::vector<OperationParameter>& parameters,
                 const std::vector<Tolerance>& tolerances);

  /// The number in force for a site (an enterprise) at a time; its own where it has one.
  Decimal number(std::string_view rule, std::string_view name, const std::string& site,
                 EventTime at) const;
  /// The same, of a whole number.
  std::int64_t whole(std::string_view rule, std::string_view name, const std::string& site,
                     EventTime at) const;
  /// The greatest value that the number ever has, at any site: what a change can reach.
  std::int64_t greatest(std::string_view rule, std::string_view name) const;
  const std::string& text(std::string_view rule, std::string_view name, EventTime at) const;
  /// The rule's tiers, ascending by minutes.
  std::vector<OperationTier> tiers(const std::string& rule, const std::string& site,
                                   EventTime at) const;

  /// Everything in force for a site at a time, as text to compare.
  std::string facts(const std::string& site, EventTime at) const;
  /// Adds the instants at which a parameter or a tolerance of the site begins or ceases to hold.
  void add_change_times(const std::string& site, std::set<EventTime>& times) const;

 private:
  using Name = std::pair<std::string, std::string>;  // rule, name
  const OperationParameter& row(std::string_view rule, std::string_view name, EventTime at) const;
  const OperationParameter* find(const Name& name, EventTime at) const;

  std::map<Name, std::vector<OperationParameter>> parameters_;
  std::map<std::string, std::vector<Tolerance>> tolerances_;  // by site
};

}  // namespace parkwatch
