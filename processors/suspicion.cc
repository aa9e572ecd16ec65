#include "processors/suspicion.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "processors/series.h"
#include "processors/verdict.h"

namespace parkwatch {

namespace {

/// A valid hour of the factor, with what else the outlet measured then.
struct ValidHour {
  EventTime start;
  const Window& window;
  const HourWindows& all;
};

/// The word of the gravest grade whose percentage `reaches` accepts; nullptr: none.
template <class Reaches>
const char* gravest(const GradePercents& percents, const Reaches& reaches) {
  const std::pair<const char*, Decimal> grades[] = {
      {"high", percents.high}, {"medium", percents.medium}, {"low", percents.low}};
  for (const auto& [grade, percent] : grades) {
    if (percent.units() > 0 && reaches(percent)) return grade;
  }
  return nullptr;
}

const char* grade_at_most(Wide part, Wide whole, const GradePercents& percents) {
  return gravest(percents, [&](Decimal percent) {
    return part * 100 * Decimal::one <= whole * percent.units();
  });
}

const char* grade_at_least(Wide part, Wide whole, const GradePercents& percents) {
  return gravest(percents, [&](Decimal percent) {
    return part * 100 * Decimal::one >= whole * percent.units();
  });
}

std::int64_t count_of(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

bool enough(std::size_t count, std::int64_t least) {
  return least > 0 && count_of(count) >= least;
}

bool has_range(const Window& window) {
  return window.minimum && window.maximum;
}

/// What one may have read off the instrument in the hour.
Decimal reading(const Window& window) {
  if (has_range(window)) return *window.minimum;
  return window.reported.value_or(*window.value);
}

/// The usual resolution of readings; nothing where all of them are 0.
std::optional<std::int64_t> usual_resolution(const std::vector<const Window*>& hours) {
  std::vector<std::int64_t> each;
  for (const Window* hour : hours) {
    const std::int64_t units = reading(*hour).units();
    if (units != 0) each.push_back(resolution_of(units));
  }
  if (each.empty()) return std::nullopt;
  return lower_median(each);
}

/// By these hours are alike; a lost minute changes the mean, but seldom them.
using Figures = std::pair<Decimal, std::optional<Decimal>>;

Figures figures(const Window& window) {
  return {reading(window), has_range(window) ? window.maximum : std::nullopt};
}

/// How far a value lies from the upper bound of the limit that leads.
enum class Near : std::uint8_t { No, Band, Beside };

Near nearness(Decimal value, Decimal bound, std::int64_t band_percent) {
  const auto above = [&](std::int64_t percent) {
    return Wide{value.units()} * 100 > Wide{bound.units()} * percent;
  };
  if (!above(100 - 2 * band_percent) || above(100 + band_percent)) return Near::No;
  return above(100 - band_percent) && !above(100) ? Near::Band : Near::Beside;
}

/// One pollutant's valid hours of the day.
class PollutantSuspicion {
 public:
  PollutantSuspicion(const Plan& plan, const OutletPlan& outlet, const SuspicionParameters& rule,
                     const std::string& code, std::vector<ValidHour> hours)
      : plan_(plan), outlet_(outlet), rule_(rule), code_(code), hours_(std::move(hours)) {}

  std::vector<Finding> judge() {
    judge_smooth();
    judge_recurring();
    judge_pinned();
    judge_contradiction();
    return std::move(findings_);
  }

 private:
  void found(const char* name, const char* grade, const std::string& numbers) {
    findings_.push_back({outlet_.id, code_, name, std::string(grade) + ": " + numbers});
  }

  /// The hours in which or into which the reading moved.
  std::vector<const Window*> moving_hours() const {
    std::vector<const Window*> moving;
    const Window* before = nullptr;
    for (const ValidHour& hour : hours_) {
      const Window& window = hour.window;
      const bool within = has_range(window) && *window.minimum < *window.maximum;
      if (within || before == nullptr || *window.value != *before->value) {
        moving.push_back(&window);
      }
      before = &window;
    }
    return moving;
  }

  void judge_smooth() {
    const std::vector<const Window*> moving = moving_hours();
    if (!enough(moving.size(), rule_.smooth_hours)) return;
    std::vector<std::int64_t> sizes, ranges;
    Decimal least = *moving.front()->value, greatest = least;
    for (const Window* window : moving) {
      least = std::min(least, *window->value);
      greatest = std::max(greatest, *window->value);
      sizes.push_back(static_cast<std::int64_t>(magnitude(window->value->units())));
      if (!has_range(*window)) continue;
      const auto range = narrow(Wide{window->maximum->units()} - window->minimum->units());
      if (range && *range > 0) ranges.push_back(*range);
    }
    const std::int64_t level = lower_median(sizes);
    const std::optional<std::int64_t> resolution = usual_resolution(moving);
    if (!resolution || Wide{*resolution} * rule_.smooth_steps > level) return;
    const Wide spread = Wide{greatest.units()} - least.units();
    std::string within;
    if (!ranges.empty()) {
      const std::int64_t range = lower_median(ranges);
      if (spread * 100 > Wide{range} * rule_.smooth_range_percent) return;
      within = ", within an hour " + Decimal::from_units(range).text();
    }
    const char* grade = grade_at_most(spread, level, rule_.smooth);
    if (grade == nullptr) return;
    found("suspect_smooth", grade,
          std::to_string(moving.size()) + " h from " + least.text() + " to " + greatest.text() +
              within);
  }

  void judge_recurring() {
    std::vector<const Window*> told;  // of equal figures in a row the first
    for (const ValidHour& hour : hours_) {
      if (told.empty() || figures(*told.back()) != figures(hour.window)) {
        told.push_back(&hour.window);
      }
    }
    if (!enough(told.size(), rule_.recurring_figures)) return;
    const std::optional<std::int64_t> resolution = usual_resolution(told);
    if (!resolution || usual_distance(told) < Wide{*resolution} * rule_.recurring_steps) return;
    std::set<Figures> different;
    for (const Window* window : told) different.insert(figures(*window));
    const char* grade =
        grade_at_most(count_of(different.size()), count_of(told.size()), rule_.recurring);
    if (grade == nullptr) return;
    found("suspect_recurring", grade,
          std::to_string(told.size()) + " figures, " + std::to_string(different.size()) +
              " different");
  }

  /// Of readings from the one in their middle.
  static std::int64_t usual_distance(const std::vector<const Window*>& hours) {
    std::vector<std::int64_t> readings;
    for (const Window* hour : hours) readings.push_back(reading(*hour).units());
    const std::int64_t middle = lower_median(readings);
    for (std::int64_t& units : readings) {
      const auto distance = narrow(magnitude(Wide{units} - middle));
      units = distance.value_or(std::numeric_limits<std::int64_t>::max());
    }
    return lower_median(readings);
  }

  void judge_pinned() {
    if (!enough(hours_.size(), rule_.pinned_hours) || !outlet_.limits->contains(code_)) return;
    std::size_t judged = 0, pinned = 0, beside = 0;
    std::optional<Decimal> first_bound;
    for (const ValidHour& hour : hours_) {
      for (const Verdict& verdict :
           judge_window(outlet_, hour.window, LimitSpan::Hour, hour.start)) {
        const bool bounded = verdict.leads && verdict.of == LimitOf::Value && verdict.upper;
        if (!bounded || !verdict.value) continue;
        ++judged;
        const Near near = nearness(*verdict.value, *verdict.upper, rule_.pinned_band_percent);
        if (near == Near::Beside) ++beside;
        if (near != Near::Band) continue;
        ++pinned;
        if (!first_bound) first_bound = verdict.upper;
      }
    }
    if (!enough(judged, rule_.pinned_hours) || !first_bound) return;
    if (count_of(beside) * 100 > rule_.pinned_beside_percent * count_of(pinned)) return;
    const char* grade = grade_at_least(count_of(pinned), count_of(judged), rule_.pinned);
    if (grade == nullptr) return;
    found("suspect_pinned", grade,
          std::to_string(pinned) + " of " + std::to_string(judged) + " h in the last " +
              std::to_string(rule_.pinned_band_percent) + " % below " + first_bound->text() + ", " +
              std::to_string(beside) + " beside");
  }

  void judge_contradiction() {
    const std::string& whole_code = plan_.factor(code_)->part_of;
    if (whole_code.empty()) return;
    std::size_t compared = 0, above = 0;
    std::string first;
    for (const ValidHour& hour : hours_) {
      const auto found_whole = hour.all.find(whole_code);
      if (found_whole == hour.all.end() || !found_whole->second.valid()) continue;
      const Decimal part = *hour.window.value, whole = *found_whole->second.value;
      if (whole.units() <= 0) continue;
      ++compared;
      if (!exceeds_whole(part, whole, whole_code, hour.start)) continue;
      if (above++ > 0) continue;
      first = "first " + part.text() + " against " + whole.text() + " at " + utc_text(hour.start);
    }
    if (!enough(compared, rule_.contradiction_hours)) return;
    const char* grade = grade_at_least(count_of(above), count_of(compared), rule_.contradiction);
    if (grade == nullptr) return;
    found("suspect_contradiction", grade,
          std::to_string(above) + " of " + std::to_string(compared) + " h above " + whole_code +
              ", " + first);
  }

  bool exceeds_whole(Decimal part, Decimal whole, const std::string& whole_code,
                     EventTime at) const {
    const FactorPlan* of_part = outlet_.factor_at(code_, at);
    const FactorPlan* of_whole = outlet_.factor_at(whole_code, at);
    if (of_part == nullptr || of_whole == nullptr) return false;
    const Wide allowed = 100 + rule_.contradiction_excess_percent;
    return Wide{part.units()} * of_whole->row.units_per_kilogram * 100 >
           Wide{whole.units()} * of_part->row.units_per_kilogram * allowed;
  }

  const Plan& plan_;
  const OutletPlan& outlet_;
  const SuspicionParameters& rule_;
  const std::string& code_;
  std::vector<ValidHour> hours_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> judge_suspicions(const Plan& plan, const OutletPlan& outlet,
                                      const SuspicionParameters& rule, EventTime first_hour,
                                      std::span<const HourWindows> hours,
                                      const std::set<std::string>& factors) {
  std::vector<Finding> all;
  for (const std::string& code : factors) {
    if (plan.factor(code)->role != FactorRole::Pollutant) continue;
    std::vector<ValidHour> valid;
    EventTime start = first_hour;
    for (const HourWindows& hour : hours) {
      const auto found = hour.find(code);
      if (found != hour.end() && found->second.valid()) {
        valid.push_back({start, found->second, hour});
      }
      start = start + std::chrono::hours(1);
    }
    PollutantSuspicion suspicion(plan, outlet, rule, code, std::move(valid));
    for (Finding& finding : suspicion.judge()) all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace parkwatch
