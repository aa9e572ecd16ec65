#include "processors/operation_day.h"

#include "processors/operation_hour.h"

namespace parkwatch {

namespace {

using std::chrono::hours;

/// The run time that a facility reported for the day: of all its devices' the last data time
/// counts, of equal ones the greatest MN.
std::optional<Decimal> reported_hours(const Plan& plan, const OperationSite& site,
                                      const std::string& facility, EventTime day_start,
                                      EventTime day_end, const DeviceHours& hours_of) {
  const Facility* row = site.facility_at(facility, day_start);
  if (row == nullptr || row->hj212_code.empty()) return std::nullopt;
  std::optional<Decimal> found;
  EventTime found_at = day_start;
  for (const std::string& mn : devices_of_facility(plan, site, *row)) {
    const Device* registered = plan.device(mn, day_start).device;
    const Device labels = registered == nullptr ? Device{} : *registered;
    // A report that names its day's end is dated the next day.
    for (EventTime hour = floor_to(day_start, hours(1)); hour < day_end + hours(25);
         hour = hour + hours(1)) {
      const DeviceHour* content = hours_of(mn, hour);
      if (content == nullptr) continue;
      for (const KeptValue& value : content->values(row->hj212_code, Kind::Day)) {
        const EventTime of = interval_start(Kind::Day, value.time, labels);
        const auto text = find_attribute(value.attributes, "RT");
        if (of < day_start || of >= day_end || !text || value.time < found_at) continue;
        const std::optional<Decimal> number = Decimal::parse(*text);
        if (!number || *number < Decimal() || *number > Decimal::whole(24)) continue;
        found = number;
        found_at = value.time;
      }
    }
  }
  return found;
}

}  // namespace

std::optional<bool> run_time_too_short(const Plan& plan, const OperationSite& site,
                                       const TreatmentGroup& group, EventTime day_start,
                                       EventTime day_end, std::int64_t production_minutes,
                                       const DeviceHours& hours_of) {
  const std::vector<const Treatment*> members = site.members_at(group, day_start);
  if (members.empty() || production_minutes == 0) return std::nullopt;
  Wide reported = 0;
  for (const Treatment* member : members) {
    const std::optional<Decimal> run =
        reported_hours(plan, site, member->facility, day_start, day_end, hours_of);
    if (!run) return std::nullopt;
    reported += run->units();
  }
  const Decimal share =
      plan.operation().rules().number("TS-O06", "share_percent", site.enterprise, day_start);
  const Wide wanted = Wide{production_minutes} * OperationSite::required(members) * share.units();
  return reported * 60 * 100 < wanted;
}

}  // namespace parkwatch
