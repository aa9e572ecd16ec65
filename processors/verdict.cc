#include "processors/verdict.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace parkwatch {

namespace {

/// Limits are stored in 10^-6 of their unit; what is judged is compared in 10^-9, as masses are.
constexpr std::int64_t finer = MassDecimal::one / Decimal::one;

Wide fine(Decimal value) {
  return Wide{value.units()} * finer;
}

bool exceeds(Wide judged, const LimitPlan& limit) {
  return (limit.upper && judged > fine(*limit.upper)) ||
         (limit.lower && judged < fine(*limit.lower));
}

std::optional<Decimal> share(Wide judged, const LimitPlan& limit) {
  if (limit.upper && limit.lower) {
    const Wide span = fine(*limit.upper) - fine(*limit.lower);
    const Wide twice = judged * 2 - fine(*limit.upper) - fine(*limit.lower);
    return Decimal::ratio(twice < 0 ? -twice : twice, span);
  }
  if (limit.upper) return Decimal::ratio(judged, fine(*limit.upper));
  return Decimal::ratio(fine(*limit.lower), judged);
}

std::string state_of_unusable(const Window& window) {
  if (!window.due()) return "exempt(" + window.state + ")";
  if (window.state == "exempt") return "exempt(marks)";
  if (window.state == "missing") return "invalid(missing)";
  return window.state;
}

void judge_value(const LimitPlan& limit, const Window& window, Verdict& verdict) {
  const bool by_reference = limit.reference_oxygen && window.role == FactorRole::Pollutant;
  verdict.value = by_reference ? window.converted : window.value;
  if (!verdict.value) {
    verdict.state = "invalid(not_converted)";
    return;
  }
  const bool over = exceeds(fine(*verdict.value), limit);
  verdict.state = over ? "over" : "compliant";
  verdict.ratio = share(fine(*verdict.value), limit);
  if (by_reference && window.converted_by_other_order &&
      exceeds(fine(*window.converted_by_other_order), limit) != over) {
    verdict.note = "conversion_order_decides";
  }
}

/// An hour's own mass is its rate in kg/h; what was substituted for it is never judged.
void judge_rate(const LimitPlan& limit, const Window& window, Verdict& verdict) {
  if (!window.mass_kg) {
    verdict.state = "invalid(" + window.mass_state + ")";
    return;
  }
  const Wide rate = window.mass_kg->units();
  verdict.value = Decimal::quotient(rate, finer);
  verdict.state = exceeds(rate, limit) ? "over" : "compliant";
  verdict.ratio = share(rate, limit);
}

Verdict judge_limit(const LimitPlan& limit, const Window& window) {
  Verdict verdict;
  verdict.outlet = window.outlet;
  verdict.factor = window.factor;
  verdict.limit_id = limit.id;
  verdict.of = limit.of;
  verdict.lower = limit.lower;
  verdict.upper = limit.upper;
  verdict.unsure = !limit.sure;
  if (!window.valid()) {
    verdict.state = state_of_unusable(window);
  } else if (limit.of == LimitOf::MassRate) {
    judge_rate(limit, window, verdict);
  } else {
    judge_value(limit, window, verdict);
  }
  return verdict;
}

void mark_strictest(std::vector<Verdict>& verdicts) {
  const auto strictness = [](const Verdict& v) {
    constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
    // Concentrations and mass rates do not compare: a mass rate leads where it is alone.
    return std::tuple(v.of == LimitOf::MassRate, v.upper ? v.upper->units() : none,
                      v.lower ? -v.lower->units() : none, v.limit_id);
  };
  const auto strictest = std::min_element(
      verdicts.begin(), verdicts.end(),
      [&](const Verdict& a, const Verdict& b) { return strictness(a) < strictness(b); });
  if (strictest != verdicts.end()) strictest->leads = true;
}

bool in_force(const LimitPlan& limit, EventTime at) {
  return limit.validity.covers(at);
}

}  // namespace

std::vector<Verdict> judge_window(const OutletPlan& outlet, const Window& window, LimitSpan span,
                                  EventTime start) {
  std::vector<Verdict> verdicts;
  bool any_span = false;
  if (const auto found = outlet.limits->find(window.factor); found != outlet.limits->end()) {
    for (const LimitPlan& limit : found->second) {
      if (!in_force(limit, start)) continue;
      any_span = true;
      if (limit.span != span) continue;
      // The same limit named by two rows of the outlet judges once.
      if (!verdicts.empty() && verdicts.back().limit_id == limit.id) continue;
      verdicts.push_back(judge_limit(limit, window));
    }
  }
  mark_strictest(verdicts);
  if (any_span || window.role != FactorRole::Pollutant) return verdicts;
  const Outlet* row = outlet.row_at(start);
  const bool water = row != nullptr && row->medium == Medium::Water;
  if ((span == LimitSpan::Day) != water) return verdicts;
  Verdict none;
  none.outlet = window.outlet;
  none.factor = window.factor;
  none.state = "no_limit";
  none.value = window.value;
  verdicts.push_back(std::move(none));
  return verdicts;
}

}  // namespace parkwatch
