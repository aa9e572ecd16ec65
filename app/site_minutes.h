#pragma once

#include <map>
#include <string>
#include <vector>

#include "alerts/trail.h"
#include "app/working_set.h"
#include "processors/operation_breach.h"
#include "processors/operation_hour.h"

namespace parkwatch {

/// In which minutes the condition of an operation rule held, of one park: the rows of the table
/// `operation`, one for each rule and subject over all time. A function of the judged hours,
/// whatever the order in which they were set.
class SiteMinutes {
 public:
  /// The rule name of the minutes in which a production line was on.
  static constexpr const char* running = "running";

  SiteMinutes(std::string park, WorkingSet& rows) : park_(std::move(park)), rows_(rows) {}

  /// Sets one hour; true when anything changed.
  bool set_hour(const OperationSubject& subject, EventTime hour, const MinuteSet& held);
  /// Sets one day of a rule that looks at days.
  bool set_day(const OperationSubject& subject, EventTime start, EventTime end, bool held);
  std::vector<OperationRun> runs(const OperationSubject& subject);
  /// Every rule and subject that has a row.
  std::vector<OperationSubject> subjects();
  void erase(const OperationSubject& subject);

 private:
  Trail load(const OperationSubject& subject);
  void store(const OperationSubject& subject, const Trail& trail);

  std::string park_;
  WorkingSet& rows_;
};

}  // namespace parkwatch
