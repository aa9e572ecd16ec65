#include "app/transmission_days.h"

#include "app/window_rows.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

/// Of waste water; other media leave out none.
std::int64_t check_hours(const Rules& rules, const Plan& plan, const Factor& factor,
                         const std::string& outlet, EventTime hour) {
  if (factor.medium != Medium::Water) return 0;
  const Parameter* row = outlet_parameter(rules, plan, check_hours_name, outlet, hour);
  return row == nullptr ? 0 : std::stoll(row->value);
}

void add_outlets(TransmissionDays& all) {
  TransmissionDays outlets;
  for (const auto& [series, days] : all) {
    for (const auto& [day, counts] : days) outlets[{series.first, ""}][day] += counts;
  }
  all.merge(outlets);
}

}  // namespace

const Parameter* outlet_parameter(const Rules& rules, const Plan& plan, std::string_view name,
                                  const std::string& outlet, EventTime at) {
  const OutletPlan* known = plan.outlet(outlet);
  const Outlet* row = known == nullptr ? nullptr : known->row_at(at);
  return find_parameter(rules, name, row == nullptr ? "" : row->rule_pack, at);
}

TransmissionDays count_transmission(Store& store, const Rules& rules, const Plan& plan,
                                    const ParkPeriod& period) {
  const Zone& zone = plan.zone_of_park(period.park);
  TransmissionDays all;
  scan_windows(store, TableId::OutletWindow, period, "hour", [&](const NamedRow& row) {
    const Factor* factor = plan.factor(row.text("factor"));
    const bool monitored = factor != nullptr && (factor->role == FactorRole::Pollutant ||
                                                 factor->role == FactorRole::Ph);
    if (!monitored || row.text("phase") != "closed") return;
    const EventTime hour = row.time("start");
    const EventTime closes =
        hour + std::chrono::hours(1) + std::chrono::minutes(plan.grace_minutes(hour));
    const std::string& outlet = row.text("outlet");
    all[{outlet, factor->code}][zone.day_start(hour)].count(
        window_of(row.row(), factor->role), closes,
        check_hours(rules, plan, *factor, outlet, hour));
  });
  add_outlets(all);
  return all;
}

Transmission total(const DailyTransmission& days, EventTime from, EventTime to) {
  Transmission sum;
  for (auto day = days.lower_bound(from); day != days.end() && day->first < to; ++day) {
    sum += day->second;
  }
  return sum;
}

}  // namespace parkwatch
