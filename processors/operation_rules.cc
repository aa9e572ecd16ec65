#include "processors/operation_rules.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch {

OperationRules::OperationRules(const std::vector<OperationParameter>& parameters,
                               const std::vector<Tolerance>& tolerances) {
  for (const OperationParameter& row : parameters) {
    parameters_[{row.rule, row.name}].push_back(row);
  }
  for (const Tolerance& row : tolerances) tolerances_[row.enterprise].push_back(row);
}

const OperationParameter* OperationRules::find(const Name& name, EventTime at) const {
  const auto found = parameters_.find(name);
  if (found == parameters_.end()) return nullptr;
  for (const OperationParameter& row : found->second) {
    if (row.validity.covers(at)) return &row;
  }
  return nullptr;
}

const OperationParameter& OperationRules::row(std::string_view rule, std::string_view name,
                                              EventTime at) const {
  const OperationParameter* found = find({std::string(rule), std::string(name)}, at);
  check(found != nullptr);  // parse_rules refuses a file in which a value is missing at any time
  return *found;
}

Decimal OperationRules::number(std::string_view rule, std::string_view name,
                               const std::string& site, EventTime at) const {
  if (const auto own = tolerances_.find(site); own != tolerances_.end()) {
    for (const Tolerance& one : own->second) {
      if (one.rule == rule && one.name == name && one.validity.covers(at)) return one.value;
    }
  }
  const std::optional<Decimal> value = Decimal::parse(row(rule, name, at).value);
  check(value.has_value());
  return *value;
}

std::int64_t OperationRules::whole(std::string_view rule, std::string_view name,
                                   const std::string& site, EventTime at) const {
  return number(rule, name, site, at).units() / Decimal::one;
}

std::int64_t OperationRules::greatest(std::string_view rule, std::string_view name) const {
  std::int64_t greatest = 0;
  const auto take = [&](const std::optional<Decimal>& value) {
    if (value) greatest = std::max(greatest, value->units() / Decimal::one);
  };
  const auto rows = parameters_.find(Name(rule, name));
  if (rows != parameters_.end()) {
    for (const OperationParameter& one : rows->second) take(Decimal::parse(one.value));
  }
  for (const auto& [site, own] : tolerances_) {
    for (const Tolerance& one : own) {
      if (one.rule == rule && one.name == name) take(one.value);
    }
  }
  return greatest;
}

const std::string& OperationRules::text(std::string_view rule, std::string_view name,
                                        EventTime at) const {
  return row(rule, name, at).value;
}

std::vector<OperationTier> OperationRules::tiers(const std::string& rule, const std::string& site,
                                                 EventTime at) const {
  std::vector<OperationTier> tiers;
  for (const char* suffix : {"", "_2", "_3"}) {
    const OperationParameter* severity = find({rule, std::string("severity") + suffix}, at);
    if (severity == nullptr) break;
    const std::string name = std::string("minutes") + suffix;
    const bool timed = find({rule, name}, at) != nullptr;
    tiers.push_back({timed ? whole(rule, name, site, at) : 1, severity->value, severity->clause});
  }
  std::stable_sort(tiers.begin(), tiers.end(), [](const OperationTier& a, const OperationTier& b) {
    return a.minutes < b.minutes;
  });
  return tiers;
}

std::string OperationRules::facts(const std::string& site, EventTime at) const {
  std::string facts;
  for (const auto& [name, rows] : parameters_) {
    const OperationParameter* holds = find(name, at);
    if (holds == nullptr) continue;
    facts += name.first + " " + name.second + " " + holds->value + " " + holds->clause + "\n";
  }
  if (const auto own = tolerances_.find(site); own != tolerances_.end()) {
    for (const Tolerance& one : own->second) {
      if (!one.validity.covers(at)) continue;
      facts += one.rule + " " + one.name + " " + one.value.text() + "\n";
    }
  }
  return facts;
}

void OperationRules::add_change_times(const std::string& site, std::set<EventTime>& times) const {
  const auto add = [&](const Validity& validity) {
    times.insert(validity.from);
    times.insert(validity.to);
  };
  for (const auto& [name, rows] : parameters_) {
    for (const OperationParameter& one : rows) add(one.validity);
  }
  if (const auto own = tolerances_.find(site); own != tolerances_.end()) {
    for (const Tolerance& one : own->second) add(one.validity);
  }
}

}  // namespace parkwatch
