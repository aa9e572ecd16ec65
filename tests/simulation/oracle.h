#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/days.h"
#include "tests/simulation/hours.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/ledger.h"

namespace parkwatch::oracle {

/// A window with its verdicts and findings. Several share one object while nothing changes.
struct JudgedWindow {
  WindowRow row;
  std::vector<VerdictRow> verdicts;
  FindingTexts findings;
  bool over_range = false, any_value = false;  // of hours
};

/// All windows of one park at one moment, by outlet, factor and start; hours and days apart.
struct ParkWindows {
  using Series = std::map<Time, const JudgedWindow*>;
  std::map<std::pair<std::string, std::string>, Series> hours, days;
};

/// Computes the current rows of every table from a set of records (docs/arithmetic.md). It may be
/// asked between records: what no record has touched since is kept.
class Oracle {
 public:
  explicit Oracle(const Book& book);

  void consume(const Sent& sent);
  const Ledger& ledger() const { return ledger_; }
  const Book& book() const { return book_; }

  /// The windows of a park as its time stands. They live until the next call of `windows`.
  const ParkWindows& windows(const std::string& park);
  /// The kept values of a park that changed since this was asked.
  std::vector<Ledger::Changed> take_changed(const std::string& park) {
    return std::exchange(changed_[park], {});
  }
  /// The kept values of a park that came again or contradicted each other.
  std::vector<Ledger::Changed> marked(const std::string& park) const {
    const auto found = marked_.find(park);
    return found == marked_.end() ? std::vector<Ledger::Changed>() : found->second;
  }
  /// What the closed windows say of each subject of episodes.
  std::map<Subject, std::vector<std::pair<Time, Says>>> tracks(const std::string& park) const;

 private:
  using HourWindows = std::map<std::string, JudgedWindow>;  // by factor code
  struct OutletState {
    std::vector<std::string> codes;
    std::map<Time, HourWindows> hours;
    std::map<std::pair<std::string, Time>, JudgedWindow> days;
    Time reach = 0;  // how far from its data time a value can matter
  };
  HourWindows& hour_windows(const std::string& outlet, OutletState& state, Time hour);
  void add_hours(const std::string& outlet, OutletState& state, const std::string& code,
                 const ParkRow& park, Time park_time);
  void add_days(const std::string& outlet, OutletState& state, const ParkRow& park, Time park_time);
  bool in_park(const std::string& outlet, Time at, const std::string& park) const;

  const Book& book_;
  Ledger ledger_;
  std::map<std::string, OutletState> outlets_;
  std::map<std::string, ParkWindows> parks_;
  std::map<std::string, std::vector<Ledger::Changed>> changed_;  // by park
  std::map<std::string, std::vector<Ledger::Changed>> marked_;   // by park
};

}  // namespace parkwatch::oracle
