#include <algorithm>

#include "app/day_input.h"
#include "app/mass_hours.h"
#include "app/park_step.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;

constexpr std::chrono::milliseconds hour_length = hours(1);

/// Whether a valid hour of the outlet's pollutants has a mass.
bool mass_possible(const OutletPlan& outlet, EventTime hour) {
  const Outlet* row = outlet.row_at(hour);
  if (row == nullptr) return false;
  const bool bases = row->medium == Medium::Water || (row->concentration_basis != Basis::Unknown &&
                                                      row->flow_basis != Basis::Unknown);
  return bases &&
         std::any_of(outlet.factors.begin(), outlet.factors.end(), [&](const FactorPlan& factor) {
           return factor.role == FactorRole::Flow && factor.row.validity.covers(hour);
         });
}

Capture capture_of(const Row& row) {
  return {number_of(row[4]), number_of(row[5]), number_of(row[6]), number_of(row[7])};
}

/// The masses of the valid hours before a run, newest first, at most so many.
std::vector<MassDecimal> masses_before(MassHours& series, EventTime run, EventTime first,
                                       std::int64_t most) {
  std::vector<MassDecimal> masses;
  for (EventTime hour = run - hour_length;
       hour >= first && static_cast<std::int64_t>(masses.size()) < most;
       hour = hour - hour_length) {
    const HourMass one = series.at(hour);
    if (one.of == MassClass::Measured) masses.push_back(one.mass);
  }
  return masses;
}

}  // namespace

const Parameters& ParkStep::parameters_of(const OutletPlan& outlet, EventTime at) const {
  const Outlet* row = outlet.row_at(at);
  return plan_.parameters(row == nullptr ? "" : row->rule_pack, at);
}

Capture ParkStep::capture_at(const std::string& outlet, const std::string& factor, EventTime at) {
  const Row* row =
      rows_.find(TableId::Capture, {park_, outlet, factor, cell(zone_.quarter_start(at))});
  return row == nullptr ? Capture() : capture_of(*row);
}

/// The gaps of a series in the quarter of an instant and in later ones.
std::int64_t ParkStep::gaps_from(const std::string& outlet, const std::string& factor,
                                 EventTime at) {
  std::int64_t gaps = 0;
  for (const Row* row : rows_.rows(TableId::Capture, {park_, outlet, factor})) {
    if (EventTime(number_of((*row)[3])) >= zone_.quarter_start(at)) gaps += capture_of(*row).gaps;
  }
  return gaps;
}

std::vector<std::string> ParkStep::pollutants_of(const std::string& outlet) {
  std::vector<std::string> factors;
  for (const auto& [code, first] : first_hours(outlet)) {
    const Factor* factor = plan_.factor(code);
    if (factor != nullptr && factor->role == FactorRole::Pollutant) factors.push_back(code);
  }
  return factors;
}

/// What an hour of the outlet counts as now; `windows` are all that it has.
void ParkStep::note_masses(const OutletPlan& outlet, const WindowKey& key,
                           const std::vector<Window>& windows) {
  const bool possible = mass_possible(outlet, key.start);
  for (const std::string& factor : pollutants_of(outlet.id)) {
    const auto window = std::find_if(windows.begin(), windows.end(),
                                     [&](const Window& one) { return one.factor == factor; });
    HourMass now;
    if (key.closed && window != windows.end()) now = hour_mass_of(*window, possible);
    MassHours series(rows_, park_, outlet.id, factor);
    const HourMass before = series.at(key.start);
    if (before == now) continue;
    series.set(key.start, now);
    count_mass(outlet, factor, key.start, before, now);
  }
}

void ParkStep::count_mass(const OutletPlan& outlet, const std::string& factor, EventTime hour,
                          const HourMass& before, const HourMass& now) {
  const Capture former = capture_at(outlet.id, factor, hour);
  Capture capture = former;
  capture.count(before.of, -1);
  capture.count(now.of, 1);
  const EventTime quarter = zone_.quarter_start(hour);
  const Parameters& parameters = parameters_of(outlet, hour);
  if (capture.hours == 0) {
    rows_.erase(TableId::Capture, {park_, outlet.id, factor, cell(quarter)});
  } else {
    rows_.put(TableId::Capture,
              {park_, outlet.id, factor, cell(quarter), capture.hours, capture.valid,
               capture.stopped, capture.gaps, cell(capture.rate())});
  }
  // The tier of every gap of the quarter may have changed; and what lies behind looks back to this.
  const auto tier = [&](const Capture& of) { return look_back_hours(of, 1, parameters); };
  const bool moved = capture.gaps + former.gaps > 0 && tier(former) != tier(capture);
  const bool followed = hour_closed(hour + hour_length) && gaps_from(outlet.id, factor, hour) > 0;
  if (!moved && !followed && !before.gap() && !now.gap()) return;
  touch_gaps(outlet, factor, moved ? first_hour_of(quarter) : hour);
}

void ParkStep::touch_gaps(const OutletPlan& outlet, const std::string& factor, EventTime from) {
  EventTime& least = touched_gaps_.try_emplace({&outlet, factor}, from).first->second;
  least = std::min(least, from);
}

void ParkStep::write_substitutions() {
  for (const auto& [series, from] : touched_gaps_) substitute(*series.first, series.second, from);
  touched_gaps_.clear();
}

/// Everything of a series from an hour on, from the beginning of the run that it lies in.
void ParkStep::substitute(const OutletPlan& outlet, const std::string& factor, EventTime from) {
  MassHours series(rows_, park_, outlet.id, factor);
  const std::optional<EventTime> first = first_hour(outlet.id, factor);
  check(first.has_value());
  EventTime begin = from;
  while (begin > *first) {
    const HourMass before = series.at(begin - hour_length);
    if (!before.gap() && before.of != MassClass::Stopped) break;
    begin = begin - hour_length;
  }
  std::map<EventTime, Row> found;  // by hour
  std::vector<EventTime> run;
  for (EventTime hour = begin; hour <= *time_; hour = hour + hour_length) {
    const HourMass one = series.at(hour);
    if (one.gap()) run.push_back(hour);
    if (one.gap() || one.of == MassClass::Stopped) continue;
    estimate_run(outlet, factor, series, *first, run, found);
    run.clear();
  }
  estimate_run(outlet, factor, series, *first, run, found);
  put_substitutions(outlet, factor, begin, std::move(found));
}

void ParkStep::estimate_run(const OutletPlan& outlet, const std::string& factor, MassHours& series,
                            EventTime first, const std::vector<EventTime>& run,
                            std::map<EventTime, Row>& found) {
  if (run.empty()) return;
  const auto run_hours = static_cast<std::int64_t>(run.size());
  const Parameters& rules = parameters_of(outlet, run.front());
  const std::int64_t most = std::max({run_hours, rules.look_back_low_capture,
                                      rules.look_back_long_run, rules.look_back_short_run});
  const std::vector<MassDecimal> before = masses_before(series, run.front(), first, most);
  for (const EventTime hour : run) {
    const Outlet* row = outlet.row_at(hour);
    if (row == nullptr) continue;
    const std::optional<Estimate> one =
        estimate(row->medium, capture_at(outlet.id, factor, hour), run_hours, before, rules);
    if (!one) continue;
    found[hour] = {park_,       outlet.id,        factor, cell(hour), one->mass.units(),
                   one->method, cell(run.front())};
  }
}

void ParkStep::put_substitutions(const OutletPlan& outlet, const std::string& factor,
                                 EventTime begin, std::map<EventTime, Row> found) {
  std::vector<EventTime> gone;
  for (const Row* row : rows_.rows(TableId::Substitution, {park_, outlet.id, factor})) {
    const EventTime hour(number_of((*row)[3]));
    if (hour < begin) continue;
    const auto kept = found.find(hour);
    if (kept == found.end()) {
      gone.push_back(hour);
    } else if (kept->second == *row) {
      found.erase(kept);
    }
  }
  for (const EventTime hour : gone) {
    rows_.erase(TableId::Substitution, {park_, outlet.id, factor, cell(hour)});
    touch_clusters(outlet, hour);
  }
  for (auto& [hour, row] : found) {
    rows_.put(TableId::Substitution, std::move(row));
    touch_clusters(outlet, hour);
  }
}

}  // namespace parkwatch
