#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/compliance_report.h"
#include "processors/contribution.h"

namespace parkwatch {

/// What one factor of one outlet did in a month.
struct FactorMonth {
  std::int64_t due = 0;      // hours that ought to have a value
  std::int64_t arrived = 0;  // of them with any value
  std::int64_t valid = 0;
  std::map<std::string, std::int64_t> states;  // hours by state
  std::optional<Decimal> greatest;             // valid hour, as judged
  std::optional<EventTime> greatest_at;
  MassDecimal mass_kg;
  std::int64_t hours_without_mass = 0;  // due, but of unknown mass
  std::int64_t hours_over = 0, days_over = 0;
  bool judged = false;  // some limit applies
};

/// A verdict whose state was another before.
struct ChangedVerdict {
  std::string key;  // as in history
  std::string span, outlet, factor, limit_id;
  EventTime start;
  std::string before, after, cause;
  EventTime replaced;
};

/// The rows of a park's month, gathered for its report.
struct ComplianceMonth {
  std::map<std::pair<std::string, std::string>, FactorMonth> factors;  // by outlet and factor
  std::map<std::string, bool> limits;                                  // id, unsure
  std::vector<Row> episodes;    // that overlap the month, by first window
  std::vector<Row> violations;  // likewise, by start
  std::map<std::pair<std::string, std::string>, std::int64_t> findings;  // by finding and outlet
  std::map<std::string, std::int64_t> corrections;                       // former versions by cause
  std::vector<ChangedVerdict> changed;
  std::map<std::string, Contributions> clusters;  // of its days, by cluster
  std::optional<EventTime> park_time;
};

/// Counts from stored rows; former versions count where they were replaced in the month.
ComplianceMonth gather_month(Store& store, const ParkPeriod& month);

}  // namespace parkwatch
