#include "processors/quality.h"

#include <algorithm>

#include "processors/series.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds hour_length = hours(1);

const Window* find_role(const HourWindows& hour, FactorRole role) {
  for (const auto& [code, window] : hour) {
    if (window.role == role) return &window;
  }
  return nullptr;
}

/// Consecutive hours through which a reading stood at one value.
struct StillRun {
  std::size_t first = 0, hours = 0;
  Decimal value;
  bool reports_only = false;        // some hour of it has no value but its report's
  std::int64_t period_minutes = 0;  // of a cyclic factor
};

/// One factor's hours of the day.
class FactorQuality {
 public:
  FactorQuality(const OutletPlan& outlet, const Parameters& parameters, EventTime first_hour,
                std::span<const HourWindows> day, const std::string& code)
      : outlet_(outlet), parameters_(parameters), first_hour_(first_hour), day_(day), code_(code) {
    for (const HourWindows& hour : day) {
      const auto found = hour.find(code);
      windows_.push_back(found == hour.end() ? nullptr : &found->second);
    }
  }

  std::vector<Finding> judge() {
    judge_still();
    judge_reports();
    judge_gap();
    judge_clock();
    return std::move(findings_);
  }

 private:
  EventTime start(std::size_t i) const {
    return first_hour_ + milliseconds(static_cast<std::int64_t>(i) * hour_length.count());
  }
  const FactorPlan* plan(std::size_t i) const { return outlet_.factor_at(code_, start(i)); }
  void found(const char* name, std::string detail) {
    findings_.push_back({outlet_.id, code_, name, std::move(detail)});
  }

  /// The value at which a valid hour stood, as its samples and minutes say, else its report.
  static std::optional<Decimal> still_value(const Window& window) {
    if (!window.valid()) return std::nullopt;
    if (!window.minimum || !window.maximum) return window.reported;
    return *window.minimum == *window.maximum ? window.minimum : std::nullopt;
  }

  /// A reading of few steps of its meter's resolution may stand still by itself.
  bool beyond_resolution(Decimal value) const {
    const std::int64_t steps = value.units() / resolution_of(value.units());
    return magnitude(steps) >= parameters_.quality.stuck_least_steps;
  }

  /// Whether something else that the outlet measured in the hour shows that it emitted.
  bool emits(std::size_t i) const {
    const Window* flow = find_role(day_[i], FactorRole::Flow);
    const Window* oxygen = find_role(day_[i], FactorRole::Oxygen);
    if (flow != nullptr && (!flow->valid() || flow->value->units() <= 0)) return false;
    const bool measured = oxygen != nullptr && oxygen->valid();
    if (measured && *oxygen->value >= parameters_.quality.oxygen_suspect_percent) return false;
    return flow != nullptr || measured;
  }

  /// Whether the hour belongs to a run of `stuck` (value other than 0) or `zero`.
  bool counts(std::size_t i, Decimal value) const {
    const FactorPlan* factor = plan(i);
    if (factor == nullptr) return false;
    if (value.units() == 0) return factor->role == FactorRole::Pollutant && emits(i);
    return moves(factor->role) && !factor->row.set_parameter && beyond_resolution(value);
  }

  bool long_enough(const StillRun& run) const {
    const QualityParameters& rule = parameters_.quality;
    std::int64_t least = run.reports_only ? rule.stuck_reports : rule.stuck_hours;
    if (run.value.units() == 0) least = rule.zero_hours;
    // A cyclic factor has one value for as long as its period.
    const std::int64_t cycle = std::max<std::int64_t>(run.period_minutes, 60);
    return run.hours > 0 && least > 0 && static_cast<std::int64_t>(run.hours) * 60 >= least * cycle;
  }

  std::optional<Decimal> counted_value(std::size_t i) const {
    if (windows_[i] == nullptr) return std::nullopt;
    const std::optional<Decimal> value = still_value(*windows_[i]);
    return value && counts(i, *value) ? value : std::nullopt;
  }

  /// As long as it goes; of no hours where none begins.
  StillRun run_from(std::size_t first) const {
    const std::optional<Decimal> value = counted_value(first);
    StillRun run{first, 0, value.value_or(Decimal()), false, 0};
    for (std::size_t i = first; value && i < windows_.size() && counted_value(i) == value; ++i) {
      ++run.hours;
      run.reports_only = run.reports_only || !windows_[i]->minimum;
      const FactorPlan& factor = *plan(i);
      const std::int64_t period = factor.row.cyclic ? factor.row.period_minutes : 0;
      run.period_minutes = std::max(run.period_minutes, period);
    }
    return run;
  }

  void judge_still() {
    std::optional<StillRun> stuck, zero;  // the longest, of equal ones the first
    for (std::size_t i = 0; i < windows_.size();) {
      const StillRun run = run_from(i);
      i += std::max<std::size_t>(run.hours, 1);
      std::optional<StillRun>& longest = run.value.units() == 0 ? zero : stuck;
      if (long_enough(run) && (!longest || run.hours > longest->hours)) longest = run;
    }
    if (stuck) found("stuck", stuck->value.text() + " for " + text_of_run(*stuck));
    if (zero) found("zero", text_of_run(*zero));
  }

  std::string text_of_run(const StillRun& run) const {
    return std::to_string(run.hours) + " h from " + utc_text(start(run.first));
  }

  /// Hour reports without minutes of their own leap like minutes do.
  void judge_reports() {
    std::vector<Decimal> values;
    std::vector<std::size_t> hours_of;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      const Window* window = windows_[i];
      const bool counts = window != nullptr && window->valid() && !window->minimum &&
                          window->reported && moves(window->role);
      const FactorPlan* factor = counts ? plan(i) : nullptr;
      if (factor == nullptr || factor->row.cyclic) continue;
      values.push_back(*window->reported);
      hours_of.push_back(i);
    }
    const std::optional<Spikes> spikes = find_spikes(values, parameters_.quality, {});
    if (spikes) found("spike", spikes_text(*spikes, values, start(hours_of[spikes->first])));
  }

  /// Minutes of a due hour of which nothing was heard. A flow-weighted hour counts minutes of both
  /// factor and flow, so of it only the whole hour is known.
  std::int64_t missing_minutes(std::size_t i, const Window& window) const {
    if (window.state == "missing") return 60;
    const Outlet* row = outlet_.row_at(start(i));
    const bool weighted = row != nullptr && row->medium == Medium::Water &&
                          window.role == FactorRole::Pollutant &&
                          find_role(day_[i], FactorRole::Flow) != nullptr;
    const std::int64_t heard = window.valid_minutes + window.invalid_minutes;
    return heard == 0 || weighted ? 0 : 60 - heard;
  }

  void judge_gap() {
    const std::int64_t least = parameters_.quality.gap_minutes;
    if (least == 0) return;
    std::int64_t lacking = 0, total = 0;
    std::optional<EventTime> first;
    bool begun = false;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      if (windows_[i] == nullptr) continue;
      // In the midst of an hour a factor may begin to be measured.
      const bool begins = !begun && i > 0;
      begun = true;
      if (begins || !windows_[i]->due()) continue;
      const std::int64_t missing = missing_minutes(i, *windows_[i]);
      if (missing < least) continue;
      ++lacking;
      total += missing;
      if (!first) first = start(i);
    }
    if (!first) return;
    found("gap", std::to_string(total) + " min in " + std::to_string(lacking) + " h from " +
                     utc_text(*first));
  }

  /// How much later the first word of an hour came than the logger's interval lets expect, in
  /// milliseconds; less than 0: before what it tells of.
  std::optional<std::int64_t> lag(std::size_t i) const {
    const Window* window = windows_[i];
    const FactorPlan* factor = plan(i);
    if (window == nullptr || !window->first_arrival || factor == nullptr) return std::nullopt;
    const Device* device = outlet_.device_at(*factor, start(i));
    if (device == nullptr || factor->row.cyclic) return std::nullopt;
    const bool sampled = window->valid_minutes + window->invalid_minutes > 0;
    const EventTime told = sampled ? start(i) : start(i) + hour_length;
    const std::int64_t late = window->first_arrival->milliseconds() - told.milliseconds();
    const std::int64_t interval = sampled ? interval_minutes(*device) * 60'000 : 0;
    return late < 0 ? late : std::max<std::int64_t>(late - interval, 0);
  }

  void judge_clock() {
    const QualityParameters& rule = parameters_.quality;
    std::vector<std::int64_t> lags;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      if (const std::optional<std::int64_t> late = lag(i)) lags.push_back(*late);
    }
    const auto count = static_cast<std::int64_t>(lags.size());
    if (rule.clock_hours == 0 || count < rule.clock_hours) return;
    const std::int64_t median = lower_median(lags);
    const bool ahead = -median >= rule.clock_ahead_seconds * 1'000;
    const bool behind = median >= rule.clock_behind_minutes * 60'000;
    const auto near = std::count_if(lags.begin(), lags.end(), [&](std::int64_t late) {
      return magnitude(late - median) <= rule.clock_spread_minutes * 60'000;
    });
    if ((!ahead && !behind) || near * 100 < rule.clock_share_percent * count) return;
    const std::string of = " in " + std::to_string(near) + " of " + std::to_string(count) + " h";
    found("clock", ahead ? "ahead by " + std::to_string(-median / 1'000) + " s" + of
                         : "behind by " + std::to_string(median / 60'000) + " min" + of);
  }

  const OutletPlan& outlet_;
  const Parameters& parameters_;
  EventTime first_hour_;
  std::span<const HourWindows> day_;
  const std::string& code_;
  std::vector<const Window*> windows_;
  std::vector<Finding> findings_;
};

}  // namespace

bool moves(FactorRole role) {
  return role != FactorRole::Atmosphere && role != FactorRole::Other;
}

std::vector<Finding> judge_day_quality(const OutletPlan& outlet, const Parameters& parameters,
                                       EventTime first_hour, std::span<const HourWindows> hours_of,
                                       const std::set<std::string>& factors) {
  std::vector<Finding> all;
  for (const std::string& code : factors) {
    for (Finding& finding : FactorQuality(outlet, parameters, first_hour, hours_of, code).judge()) {
      all.push_back(std::move(finding));
    }
  }
  return all;
}

}  // namespace parkwatch
