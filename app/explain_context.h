#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "app/activation.h"
#include "app/device_hours.h"
#include "app/explanation.h"
#include "app/rows.h"
#include "app/working_set.h"
#include "processors/hour.h"

namespace parkwatch {

/// What an explanation is computed with: one stored row's set, and the store as it is. Threads:
/// one.
class ExplainContext {
 public:
  /// `hash` names the set that the row was made with. Throws StoreRefused where it can not be had.
  ExplainContext(Store& store, const std::string& hash, std::string keys);

  Store& store() { return store_; }
  const ActiveSet& set() const { return set_; }
  const Plan& plan() const { return *plan_; }
  WorkingSet& rows() { return rows_; }
  DeviceHourCache& hours() { return hours_; }
  DeviceHours device_hours();

  /// Registry and rules: which set, and since when it is active.
  void add_set(Explanation& explanation);
  /// The former versions of a row, each with what the next one changed, why and by which record.
  void add_history(Explanation& explanation, TableId table, const Row& row);

  /// Which records to show: reports of one device whose data time lies in [from, to).
  struct Reports {
    std::string mn;
    EventTime from, to;
    std::set<Kind> kinds;
  };
  /// The raw frames as received, with topic, partition and offset.
  void add_evidence(Explanation& explanation, const std::vector<Reports>& wanted);

 private:
  Store& store_;
  ActiveSet set_;
  std::shared_ptr<const Plan> plan_;
  std::string keys_;
  WorkingSet rows_;
  DeviceHourCache hours_;
};

/// A value with its unit, "none" where there is none.
template <int Places>
std::string with_unit(const std::optional<Fixed<Places>>& value, std::string_view unit) {
  if (!value) return "none";
  return value->text() + (unit.empty() ? "" : " " + std::string(unit));
}

/// "2026-03-15 09:00 +08:00", as the zone's clocks showed it.
std::string local_text(const Zone& zone, EventTime at);
/// "from 2026-01-01 00:00 +08:00 on", "always", ...
std::string validity_text(const Zone& zone, const Validity& validity);
std::string kind_text(Kind kind);

}  // namespace parkwatch
