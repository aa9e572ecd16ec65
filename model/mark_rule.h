#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/decimal.h"
#include "model/validity.h"

namespace parkwatch {

/// What an hour that a mark covers becomes.
enum class MarkEffect : std::uint8_t {
  Stopped,  // condition: the source does not run; the hour is not due
  Exempt,   // condition: it runs, its values count as data but are not judged
  Invalid,  // equipment: the values are no data
};

/// One permitted mark of a marking scheme (标记规则), dated.
struct MarkRule {
  std::string scheme;              // outlets and marks name it
  std::string industry, province;  // whom the scheme is for
  std::string mark, name_zh, name_en;
  bool equipment = false;  // of the monitoring equipment, else of the working condition
  MarkEffect effect = MarkEffect::Stopped;
  /// Marked minutes of an hour that cover it: at least so many of a condition, more than so many of
  /// the equipment (HJ 75-2017 and HJ 76-2017, data state marks).
  std::int64_t minutes = 0;
  std::int64_t deadline_hour = 0;      // hours after the local day's end until which it may be set
  std::string marked_by;               // for people: unit, device or both
  std::vector<std::string> factors;    // that it exempts; empty: all
  std::int64_t mark_hours = 0;         // of one mark that count, from its start; 0: all
  std::string year_group;              // marks whose exempt hours share a yearly cap; may be empty
  std::int64_t year_hours = 0;         // that cap, hours of a local calendar year
  std::string while_factor;            // exempt only while this factor's hour mean is ...
  std::optional<Decimal> while_upper;  // ... valid and not above this, in its stored unit
  std::string standard, clause;
  bool sure = false;
  Validity validity;
};

}  // namespace parkwatch
