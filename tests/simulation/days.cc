#include "tests/simulation/days.h"

#include <algorithm>

namespace parkwatch::oracle {

namespace {

/// Whether so many valid hours make the day valid.
bool enough(const Book& book, const OutletRow& outlet, std::size_t hours, std::size_t due) {
  const auto count = static_cast<std::int64_t>(hours);
  if (count == 0) return false;
  if (book.parameter("day_valid_hours", outlet.pack) != nullptr) {
    return count >= book.whole("day_valid_hours", outlet.pack);
  }
  return count * 100 >=
         book.whole("day_valid_share_percent", outlet.pack) * static_cast<std::int64_t>(due);
}

Units sum(const std::vector<const WindowRow*>& rows, Units WindowRow::*column) {
  Units total;
  for (const WindowRow* row : rows) {
    if (row->*column) total = total.value_or(0) + *(row->*column);
  }
  return total;
}

/// Sets state and value by the valid hours' weights.
void weigh(WindowRow& row, const std::vector<const WindowRow*>& valid,
           const std::map<Time, const WindowRow*>& flows) {
  Big products = 0, volumes = 0;
  for (const WindowRow* hour : valid) {
    const auto flow = flows.find(hour->start);
    if (flow == flows.end() || !flow->second->valid()) continue;
    const Units volume = flow->second->volume_m3;
    if (!volume || *volume <= 0) continue;
    products = products + Big(*hour->value) * *volume;
    volumes = volumes + *volume;
  }
  row.state = volumes.zero() ? "invalid(flow_missing)" : "valid";
  if (!volumes.zero()) row.value = divide(products, volumes);
}

void take_sums(WindowRow& row, const std::vector<const WindowRow*>& hours,
               const std::vector<const WindowRow*>& due, bool pollutant) {
  for (const WindowRow* hour : hours) {
    row.samples += hour->samples;
    row.valid_minutes += hour->valid_minutes;
    row.invalid_minutes += hour->invalid_minutes;
    row.converted_minutes += hour->converted_minutes;
    if (hour->minimum) row.minimum = std::min(row.minimum.value_or(*hour->minimum), *hour->minimum);
    if (hour->maximum) row.maximum = std::max(row.maximum.value_or(*hour->maximum), *hour->maximum);
  }
  row.volume_m3 = sum(hours, &WindowRow::volume_m3);
  if (!pollutant) return;
  row.mass_kg = sum(hours, &WindowRow::mass_kg);
  const bool partial =
      std::any_of(due.begin(), due.end(), [](const WindowRow* hour) { return !hour->mass_kg; });
  if (!row.mass_kg) row.mass_state = "missing";
  if (row.mass_kg && partial) row.mass_state = "partial";
}

}  // namespace

WindowRow day_row(const Book& book, const Ledger& ledger, const OutletRow& outlet,
                  const FactorRow& factor, const ParkRow& park, Time start, const DayHours& hours,
                  FindingTexts& findings) {
  WindowRow row;
  row.park = park.id;
  row.outlet = outlet.id;
  row.factor = factor.code;
  row.by_day = true;
  row.start = start;
  row.end = park.days->end(start);
  std::vector<const WindowRow*> closed, due, valid;
  std::vector<std::int64_t> values, converted;
  for (const WindowRow* hour : hours.own) {
    if (!hour->closed) continue;
    closed.push_back(hour);
    if (hour->due()) due.push_back(hour);
    if (!hour->valid()) continue;
    valid.push_back(hour);
    values.push_back(*hour->value);
    if (hour->converted) converted.push_back(*hour->converted);
  }
  const bool all_missing = std::all_of(
      due.begin(), due.end(), [](const WindowRow* hour) { return hour->state == "missing"; });
  if (closed.empty()) {
    row.state = "missing";
  } else if (due.empty()) {
    row.state = "no_discharge";
  } else if (all_missing) {
    row.state = "missing";
  } else if (!enough(book, outlet, valid.size(), due.size())) {
    row.state = "invalid(too_few_hours)";
  } else if (outlet.water && factor.is("pollutant") &&
             book.flow_registered(outlet.id, row.start, row.end)) {
    weigh(row, valid, hours.flow);
  } else {
    row.state = "valid";
    row.value = mean(values);
  }
  if (row.valid()) row.source = "hours";
  take_sums(row, closed, due, factor.is("pollutant"));
  if (row.valid() && enough(book, outlet, converted.size(), due.size())) {
    row.converted = mean(converted);
  }
  // The logger's own day is read with the rows at its start, else with the day's first.
  const Time read_at = std::max(start, hours.own.front()->start);
  const FactorRow* at_start = book.factor(outlet.id, factor.code, start);
  const FactorValues day_values(book, ledger, outlet, at_start == nullptr ? factor : *at_start,
                                *park.days, at_start == nullptr ? read_at : start);
  if (day_values.device() == nullptr) return row;
  const std::vector<JudgedCopy> reports = day_values.find(Report::Day, start, start + hour_ms);
  if (reports.empty() || reports.back().outcome != Outcome::Valid) return row;
  row.reported = reports.back().units;
  if (!row.value) return row;
  if (within_percent(*row.value, *row.reported,
                     book.number("report_difference_percent", outlet.pack))) {
    return row;
  }
  findings["day_report_difference"] =
      "reported " + units_text(*row.reported) + ", recomputed " + units_text(*row.value);
  return row;
}

}  // namespace parkwatch::oracle
