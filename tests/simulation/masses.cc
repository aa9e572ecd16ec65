#include "tests/simulation/masses.h"

#include <algorithm>

namespace parkwatch::oracle {

Masses::Masses(Oracle& oracle) : book_(oracle.book()) {
  std::map<Place, std::map<Time, const WindowRow*>> all;
  for (const ParkRow& park : book_.parks()) {
    for (const auto& [place, series] : oracle.windows(park.id).hours) {
      for (const auto& [start, window] : series) {
        const FactorRow* factor = book_.factor(place.first, place.second, start);
        if (!factor->is("pollutant") || !window->row.closed) continue;
        all[{park.id, place.first, place.second}][start] = &window->row;
      }
    }
  }
  for (const auto& [place, rows] : all) {
    for (const auto& [start, row] : rows) {
      Counts& counts = capture_[{place, quarter(std::get<0>(place), start)}];
      ++counts.hours;
      if (row->valid()) ++counts.valid;
      if (!row->due()) ++counts.stopped;
      if (gap(*row)) ++counts.gaps;
    }
  }
  for (const auto& [place, rows] : all) {
    std::vector<const WindowRow*> run;
    std::vector<std::int64_t> before;  // masses of valid hours, oldest first
    for (Time hour = rows.begin()->first; hour <= rows.rbegin()->first; hour += hour_ms) {
      const auto found = rows.find(hour);
      const WindowRow* row = found == rows.end() ? nullptr : found->second;
      if (row != nullptr && gap(*row)) run.push_back(row);
      if (row != nullptr && (gap(*row) || !row->due())) continue;
      add_run(place, run, before);
      run.clear();
      if (row != nullptr && row->valid() && row->mass_kg) before.push_back(*row->mass_kg);
    }
    add_run(place, run, before);
  }
}

Time Masses::quarter(const std::string& park, Time at) const {
  return book_.park(park, at)->days->quarter(at);
}

bool Masses::gap(const WindowRow& row) const {
  const OutletRow& outlet = *book_.outlet(row.outlet, row.start);
  const auto known = [](const std::string& basis) { return !basis.empty() && basis != "unknown"; };
  const bool bases =
      outlet.water || (known(outlet.concentration_basis) && known(outlet.flow_basis));
  const char* flow = outlet.water ? "w00000" : "a00000";
  return row.due() && !row.mass_kg && bases && book_.factor(row.outlet, flow, row.start) != nullptr;
}

/// How many valid hours the maximum is of; 0: there is none.
std::int64_t Masses::look_back(const Place& place, const WindowRow& row, std::size_t run,
                               const std::string& pack) const {
  const Counts& counts = capture_.at({place, quarter(row.park, row.start)});
  const Fraction percent = Fraction(counts.valid * 100) / Fraction(counts.hours - counts.stopped);
  const auto rule = [&](const char* name) {
    return book_.whole(std::string("substitution_") + name, pack);
  };
  if (percent < book_.number("substitution_capture_low_percent", pack)) return 0;
  if (percent < book_.number("substitution_capture_high_percent", pack)) {
    return rule("hours_low_capture");
  }
  const bool is_short = static_cast<std::int64_t>(run) <= rule("run_hours");
  return rule(is_short ? "hours_short_run" : "hours_long_run");
}

void Masses::add_run(const Place& place, const std::vector<const WindowRow*>& run,
                     const std::vector<std::int64_t>& before) {
  if (run.empty() || before.empty()) return;
  const Time start = run.front()->start;
  const std::string& pack = book_.outlet(std::get<1>(place), start)->pack;
  for (const WindowRow* row : run) {
    const bool water = book_.outlet(row->outlet, row->start)->water;
    const std::int64_t wanted =
        water ? static_cast<std::int64_t>(run.size()) : look_back(place, *row, run.size(), pack);
    if (wanted == 0) continue;
    const auto count = std::min<std::ptrdiff_t>(wanted, std::ssize(before));
    const auto first = before.end() - count;
    Estimate& found = estimates_[{place, row->start}];
    found.run = start;
    if (water) {
      Big sum;
      for (auto mass = first; mass != before.end(); ++mass) sum = sum + *mass;
      found.mass = divide(sum, Big(count)).value();
      found.method = "mean/" + std::to_string(count);
    } else {
      found.mass = *std::max_element(first, before.end());
      found.method = "maximum/" + std::to_string(wanted);
    }
  }
}

const Masses::Estimate* Masses::estimate(const WindowRow& row) const {
  const auto found = estimates_.find({{row.park, row.outlet, row.factor}, row.start});
  return found == estimates_.end() ? nullptr : &found->second;
}

}  // namespace parkwatch::oracle
