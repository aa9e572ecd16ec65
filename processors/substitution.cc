#include "processors/substitution.h"

#include <algorithm>

#include "processors/share.h"

namespace parkwatch {

HourMass hour_mass_of(const Window& window, bool possible) {
  if (!window.due()) return {MassClass::Stopped, {}};
  if (window.valid()) {
    if (window.mass_kg) return {MassClass::Measured, *window.mass_kg};
    return {possible ? MassClass::ValidGap : MassClass::ValidNoMass, {}};
  }
  return {possible ? MassClass::InvalidGap : MassClass::InvalidNoMass, {}};
}

void Capture::count(MassClass of, std::int64_t times) {
  if (of == MassClass::None) return;
  hours += times;
  if (of == MassClass::Stopped) stopped += times;
  if (of == MassClass::Measured || of == MassClass::ValidGap || of == MassClass::ValidNoMass) {
    valid += times;
  }
  if (HourMass{of, {}}.gap()) gaps += times;
}

std::optional<Decimal> Capture::rate() const {
  return Decimal::ratio(valid, hours - stopped);
}

bool Capture::reaches(Decimal percent) const {
  return reaches_percent(valid, hours - stopped, percent);
}

std::optional<std::int64_t> look_back_hours(const Capture& capture, std::int64_t run_hours,
                                            const Parameters& parameters) {
  if (!capture.reaches(parameters.capture_low_percent)) return std::nullopt;
  if (!capture.reaches(parameters.capture_high_percent)) return parameters.look_back_low_capture;
  return run_hours <= parameters.substitution_run_hours ? parameters.look_back_short_run
                                                        : parameters.look_back_long_run;
}

namespace {

std::optional<Estimate> mean_of(std::span<const MassDecimal> masses) {
  Wide sum = 0;
  for (const MassDecimal mass : masses) sum += mass.units();
  const auto count = static_cast<std::int64_t>(masses.size());
  const std::optional<MassDecimal> mean = MassDecimal::quotient(sum, count);
  if (!mean) return std::nullopt;
  return Estimate{*mean, "mean/" + std::to_string(count)};
}

}  // namespace

std::optional<Estimate> estimate(Medium medium, const Capture& capture, std::int64_t run_hours,
                                 std::span<const MassDecimal> before,
                                 const Parameters& parameters) {
  std::optional<std::int64_t> wanted = run_hours;
  if (medium == Medium::Air) wanted = look_back_hours(capture, run_hours, parameters);
  if (!wanted || before.empty()) return std::nullopt;
  const auto count = std::min(before.size(), static_cast<std::size_t>(*wanted));
  const std::span<const MassDecimal> masses = before.first(count);
  if (medium == Medium::Water) return mean_of(masses);
  return Estimate{*std::max_element(masses.begin(), masses.end()),
                  "maximum/" + std::to_string(*wanted)};
}

}  // namespace parkwatch
