#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/device_hours.h"
#include "app/site_minutes.h"
#include "app/working_set.h"
#include "processors/operation_breach.h"
#include "processors/operation_hour.h"
#include "processors/violation.h"

namespace parkwatch {

/// The violations of one rule and subject as they are now.
struct OperationChange {
  const OperationSite* site = nullptr;  // nullptr: it is no longer registered
  OperationSubject subject;
  EventTime first, last;     // the judged hours that led here
  std::int64_t offset = -1;  // of the last record that touched them; -1: none did
  std::vector<Violation> violations;
};

/// The operation rules (TS-O01 to TS-O11) of one park within a batch: gathers the hours that its
/// records touch, judges those that are closed, and says which violations follow. What it stores
/// are the minutes of each condition (SiteMinutes) and findings of meters.
class OperationStep {
 public:
  OperationStep(std::string park, const Plan& plan, const Zone& zone, WorkingSet& rows,
                DeviceHourCache& hours);

  /// A kept value of a meter or a facility's run state changed.
  void touch_value(const OperationSite& site, Kind kind, EventTime time, const Device* device,
                   std::int64_t offset);
  /// An hour of an outlet changed: its values, its mass or its marks.
  void touch_outlet(const std::string& outlet, EventTime hour, std::int64_t offset);
  /// The hour has closed: all sites are judged, also those that say nothing.
  void close_hour(EventTime hour);
  void close_day(EventTime day_start);
  /// Everything in the hour is judged anew under another set.
  void rejudge_hour(EventTime hour);

  /// Judges what was touched and is closed. `closed_until`: end of the last closed hour. Later
  /// hours are forgotten: they are touched when they close.
  std::vector<OperationChange> judge(EventTime closed_until);

  /// All violations of a subject as the stored minutes give them; for whoever explains one.
  std::vector<Violation> violations_of(const OperationSite& site, const OperationSubject& subject,
                                       EventTime closed_until);

 private:
  using TouchedSites = std::map<const OperationSite*, std::int64_t>;
  using Changes = std::map<std::pair<const OperationSite*, OperationSubject>, OperationChange>;

  void touch_hour(const OperationSite& site, EventTime hour, std::int64_t offset);
  void touch_period(const OperationSite& site, EventTime from, EventTime to, std::int64_t offset);
  void touch_day(const OperationSite& site, EventTime time, std::int64_t offset);
  void judge_hour(const OperationSite& site, EventTime hour, std::int64_t offset, Changes& changes);
  void judge_day(const OperationSite& site, EventTime day, std::int64_t offset, Changes& changes);
  void write_findings(const OperationSite& site, EventTime hour,
                      const std::vector<Finding>& findings);
  void erase_former(EventTime from, EventTime to, Changes& changes);
  void add(Changes& changes, const OperationSite* site, const OperationSubject& subject,
           EventTime first, EventTime last, std::int64_t offset);
  bool fill(OperationChange& change);
  std::vector<FactorMass> masses(const std::string& outlet, EventTime hour);
  std::vector<OperationOrder> marks_of(const OperationSite& site, EventTime hour);

  std::string park_;
  const Plan& plan_;
  const Zone& zone_;
  WorkingSet& rows_;
  DeviceHourCache& hours_;
  SiteMinutes minutes_;
  EventTime closed_until_{};
  std::map<EventTime, TouchedSites> touched_hours_;
  std::map<EventTime, TouchedSites> touched_days_;
  std::set<EventTime> rejudged_;  // hours that are judged under another set
};

}  // namespace parkwatch
