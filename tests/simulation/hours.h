#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/values.h"
#include "tests/simulation/window_row.h"

namespace parkwatch::oracle {

/// (finding, detail) beside one window; a detail may be empty.
using FindingTexts = std::map<std::string, std::string>;

/// One factor of one outlet in one hour: its row and what other rows need of it.
struct FactorHour {
  FactorHour(const Book& book, const Ledger& ledger, const OutletRow& outlet,
             const FactorRow& factor, const LocalDays& days, Time hour)
      : values(book, ledger, outlet, factor, days, hour) {}

  FactorValues values;
  WindowRow row;
  std::array<MinuteValue, 60> raw;
  std::array<MinuteValue, 60> measured;
  std::optional<JudgedCopy> report;  // the hour report
  Units report_value;                // its measured value
  bool judged = false;               // the report is what counts
  Units own_mean;
  bool own_valid = false, own_zero = false, all_missing = false;
  bool over_range = false, any_value = false;
  bool volume_from_total = false;
  Units other_order;  // converted by the order that does not count
  FindingTexts findings;
};

/// One outlet in one hour (docs/arithmetic.md 6): a function of the kept values alone. Whether the
/// row exists and is closed is for others to say.
class OutletHourOracle {
 public:
  OutletHourOracle(const Book& book, const Ledger& ledger, const OutletRow& outlet, Time hour,
                   const std::vector<std::string>& codes);

  const std::map<std::string, std::unique_ptr<FactorHour>>& factors() const { return factors_; }

 private:
  FactorHour* with_role(const char* role) const;
  Units raw_auxiliary(const std::string& code, std::size_t minute) const;
  void take_report(FactorHour& one) const;
  void measure(FactorHour& one) const;
  void own_hour(FactorHour& one) const;
  void extremes(FactorHour& one) const;
  void state(FactorHour& one) const;
  bool no_discharge(const FactorHour& one) const;
  std::vector<std::int64_t> converted_minutes(const FactorHour& one) const;
  Units converted_by_minutes(const FactorHour& one) const;
  Units converted_by_hour(const FactorHour& one) const;
  Units own_converted(const FactorHour& one) const;
  Units report_converted(const FactorHour& one) const;
  Auxiliary report_auxiliary(const FactorHour& one) const;
  void volume(FactorHour& one) const;
  void mass(FactorHour& one) const;
  Units own_total(const FactorHour& one) const;
  void find(FactorHour& one) const;
  std::vector<JudgedCopy> reaching(const FactorHour& one) const;

  const Book& book_;
  const OutletRow& outlet_;
  Time hour_;
  Converter converter_;
  std::int64_t least_;  // minutes of a valid hour
  std::map<std::string, std::unique_ptr<FactorHour>> factors_;
};

}  // namespace parkwatch::oracle
