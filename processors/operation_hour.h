#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processors/operation_plan.h"
#include "processors/operation_series.h"
#include "processors/plan.h"
#include "processors/window.h"

namespace parkwatch {

/// The minutes of one hour in which a condition held.
using MinuteSet = std::bitset<60>;

/// What an hour says of a site's operation.
struct OperationHour {
  std::map<OperationSubject, MinuteSet> held;  // every subject of the minute rules
  std::map<std::string, MinuteSet> running;    // lines that were on
  std::vector<Finding> findings;               // of meters; their outlet is meter/MN
};

/// Judges one hour of one site by the rules TS-O01 to O05 and O07 to O11 (docs/rules/). Pure: the
/// same kept values, plan, marks and `until` give the same minutes. `marks` count beside the orders
/// of the registry. `until` is the end of the last closed hour: what comes later is not looked at.
class OperationJudge {
 public:
  OperationJudge(const Plan& plan, const OperationSite& site, EventTime hour, EventTime until,
                 const DeviceHours& hours, std::span<const OperationOrder> marks);
  OperationHour judge();

 private:
  struct MeterFacts {
    const Meter* meter;
    MeterMinutes minutes;
    std::vector<RunState> states;
    std::vector<bool> silent;
  };
  using States = std::vector<RunState>;
  /// The sum of a unit's meters and of their rated values in one minute.
  struct Load {
    Decimal value, rated;
  };

  void gather();
  void note_findings(const MeterFacts& facts);
  States unit_states(UnitOf of, const std::string& unit) const;
  const States& states_of(UnitOf of, const std::string& unit);
  States group_states(const TreatmentGroup& group);
  std::optional<Load> load(UnitOf of, const std::string& unit, std::size_t minute,
                           bool current_first) const;
  bool marked(OperationOrder::Kind kind, const std::string& unit, EventTime at) const;
  bool excused(const std::string& facility, EventTime at) const;
  bool excused_from_production(const std::string& facility, EventTime at) const;
  std::int64_t group_minutes(const TreatmentGroup& group, EventTime at, bool before) const;
  void hold(const char* rule, const std::string& subject, std::size_t minute);
  bool in_hour(std::size_t minute) const {
    return frame_.first() <= minute && minute < frame_.last();
  }

  void judge_group(const TreatmentGroup& group);
  void judge_starts(const TreatmentGroup& group, const States& line, const States& treatment);
  void judge_stops(const TreatmentGroup& group, const States& line, const States& treatment);
  void judge_load(const Treatment& treatment);
  void judge_bypass(const Treatment& treatment);
  void judge_flat(const Treatment& treatment);
  void judge_reported(const std::string& facility);
  void judge_silence(const MeterFacts& facts);
  void judge_collapse(const std::string& line, const std::string& outlet);
  void judge_stop_marks(const std::string& line);
  std::vector<std::optional<bool>> reported_states(const std::string& facility) const;
  bool near_zero(Decimal value, const FactorPlan& factor) const;

  const Plan& plan_;
  const OperationSite& site_;
  const OperationRules& rules_;
  const DeviceHours& hours_;
  std::vector<OperationOrder> marks_;  // the site's orders and the marks given
  StateRule state_rule_;
  OperationFrame frame_;
  std::size_t end_;  // one past the last closed minute of the frame
  std::vector<MeterFacts> meters_;
  std::map<std::pair<UnitOf, std::string>, States> units_;
  OperationHour result_;
};

/// The MNs whose run states and run times (SBn-RS, SBn-RT) are a facility's: loggers of its outlet,
/// or of all the site's where it names none, and its meters.
std::set<std::string> devices_of_facility(const Plan& plan, const OperationSite& site,
                                          const Facility& facility);

/// The hours that a minute of a site can change: [first, last] by their starts.
TouchedHours operation_hours_of(const Plan& plan, const OperationSite& site, EventTime minute);

}  // namespace parkwatch
