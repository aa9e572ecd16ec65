#pragma once

#include <array>
#include <optional>
#include <string>

#include "app/working_set.h"
#include "processors/substitution.h"

namespace parkwatch {

/// What each closed hour of one series was for the capture rate and substitution, packed by day, so
/// that months can be looked back over. Reads and writes the table mass_hours.
class MassHours {
 public:
  MassHours(WorkingSet& rows, std::string park, std::string outlet, std::string factor);

  HourMass at(EventTime hour);
  void set(EventTime hour, const HourMass& mass);

 private:
  using Day = std::array<HourMass, 24>;
  void load(EventTime day);

  WorkingSet& rows_;
  Key series_;
  std::optional<EventTime> held_;  // the day (UTC) that `day_` is of
  Day day_{};
};

}  // namespace parkwatch
