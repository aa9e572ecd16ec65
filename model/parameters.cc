#include "model/parameters.h"

#include <algorithm>
#include <array>

#include "model/check.h"
#include "model/codes.h"
#include "model/decimal.h"

namespace parkwatch {

namespace {

constexpr std::string_view yes_or_no = "yes no";
constexpr std::string_view severities = "critical major warning info";

constexpr ParameterSpec whole(std::string_view name, std::string_view least,
                              std::string_view greatest) {
  return {name, least, greatest, "", true, true};
}
constexpr ParameterSpec number(std::string_view name, std::string_view least,
                               std::string_view greatest) {
  return {name, least, greatest, "", false, true};
}
/// A whole number without which what it asks for is not looked for, as with 0.
constexpr ParameterSpec optional_whole(std::string_view name, std::string_view greatest) {
  return {name, "0", greatest, "", true, false};
}
/// A percentage without which nothing is held against it.
constexpr ParameterSpec optional_percent(std::string_view name) {
  return {name, "0", "100", "", false, false};
}
constexpr ParameterSpec word(std::string_view name, std::string_view words) {
  return {name, "", "", words, true, true};
}

constexpr std::array specs = {
    whole("grace_minutes", "0", "1440"),
    whole("future_allowance_minutes", "0", "1440"),
    whole("retention_days", "1", "36500"),
    word("flag_required_hj212_2005", yes_or_no),
    word("flag_required_hj212_2017", yes_or_no),
    word("flag_required_hj212_2025", yes_or_no),
    word("flag_required_json", yes_or_no),
    whole("hour_valid_minutes", "1", "60"),
    whole("day_valid_share_percent", "0", "100"),
    ParameterSpec{"day_valid_hours", "1", "24", "", true, false},
    number("oxygen_air_percent", "20", "22"),
    number("oxygen_cannot_convert_percent", "0", "20.999999"),
    number("oxygen_suspect_percent", "0", "21"),
    word("conversion_order", "minute hour"),
    number("molar_volume", "20", "26"),
    number("standard_temperature_k", "200", "400"),
    whole("standard_pressure_pa", "80000", "120000"),
    whole("report_difference_percent", "0", "100"),
    whole("cou_difference_percent", "0", "100"),
    number("warning_share_percent", "0", "100"),
    whole("silence_hours", "1", "8760"),
    word("episode_severity_exceedance", severities),
    word("episode_severity_over_range", severities),
    word("episode_severity_silent", severities),
    number("capture_target_percent", "0", "100"),
    number("substitution_capture_high_percent", "0", "100"),
    number("substitution_capture_low_percent", "0", "100"),
    whole("substitution_run_hours", "1", "8760"),
    whole("substitution_hours_short_run", "1", "8760"),
    whole("substitution_hours_long_run", "1", "8760"),
    whole("substitution_hours_low_capture", "1", "8760"),
    optional_percent("transmission_target_percent"),
    optional_whole("transmission_check_hours", "24"),
    optional_whole("quality_stuck_hours", "24"),
    optional_whole("quality_stuck_reports", "24"),
    optional_whole("quality_stuck_least_steps", "1000000"),
    optional_whole("quality_zero_hours", "24"),
    optional_whole("quality_spike_steps", "1000"),
    optional_whole("quality_spike_percent", "1000"),
    optional_whole("quality_spike_minutes", "58"),
    optional_whole("quality_gap_minutes", "60"),
    optional_whole("quality_clock_hours", "24"),
    optional_whole("quality_clock_share_percent", "100"),
    optional_whole("quality_clock_spread_minutes", "1440"),
    optional_whole("quality_clock_ahead_seconds", "86400"),
    optional_whole("quality_clock_behind_minutes", "14400"),
    optional_whole("quality_smooth_hours", "24"),
    optional_whole("quality_smooth_steps", "1000000"),
    optional_whole("quality_smooth_range_percent", "1000"),
    optional_percent("quality_smooth_low_percent"),
    optional_percent("quality_smooth_medium_percent"),
    optional_percent("quality_smooth_high_percent"),
    optional_whole("quality_recurring_figures", "24"),
    optional_whole("quality_recurring_steps", "1000000"),
    optional_percent("quality_recurring_low_percent"),
    optional_percent("quality_recurring_medium_percent"),
    optional_percent("quality_recurring_high_percent"),
    optional_whole("quality_pinned_hours", "24"),
    optional_whole("quality_pinned_band_percent", "50"),
    optional_whole("quality_pinned_beside_percent", "1000"),
    optional_percent("quality_pinned_low_percent"),
    optional_percent("quality_pinned_medium_percent"),
    optional_percent("quality_pinned_high_percent"),
    optional_whole("quality_contradiction_hours", "24"),
    optional_whole("quality_contradiction_excess_percent", "1000"),
    optional_percent("quality_contradiction_low_percent"),
    optional_percent("quality_contradiction_medium_percent"),
    optional_percent("quality_contradiction_high_percent"),
};

}  // namespace

std::span<const ParameterSpec> parameter_specs() {
  return specs;
}

const ParameterSpec* find_parameter_spec(std::string_view name) {
  const auto at = std::find_if(specs.begin(), specs.end(),
                               [&](const ParameterSpec& spec) { return spec.name == name; });
  return at == specs.end() ? nullptr : &*at;
}

std::optional<std::string> parameter_fault(const ParameterSpec& spec, std::string_view value) {
  if (!spec.words.empty()) {
    if (names_word(spec.words, value)) return std::nullopt;
    return "write one of: " + std::string(spec.words);
  }
  const std::optional<Decimal> least = Decimal::parse(spec.least);
  const std::optional<Decimal> greatest = Decimal::parse(spec.greatest);
  check(least && greatest);
  const std::optional<Decimal> number = Decimal::parse(value);
  const bool fits = number && *least <= *number && *number <= *greatest &&
                    (!spec.whole || number->units() % Decimal::one == 0);
  if (fits) return std::nullopt;
  return std::string(spec.whole ? "write a whole number" : "write a number") + " from " +
         std::string(spec.least) + " to " + std::string(spec.greatest);
}

}  // namespace parkwatch
