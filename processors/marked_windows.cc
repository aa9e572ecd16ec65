#include <algorithm>

#include "model/check.h"
#include "processors/marks.h"

namespace parkwatch {

namespace {

void take_value(Window& window, std::string state) {
  window.state = std::move(state);
  window.value = window.converted = window.converted_by_other_order = std::nullopt;
  window.volume_m3 = std::nullopt;
  window.mass_kg = std::nullopt;
  window.mass_state.clear();
  window.source.clear();
  window.over_range = false;
}

/// Stopped or invalid; an exempt hour keeps its values. True when the window changed.
bool apply(Window& window, const MarkRule& rule) {
  const bool pollutant = window.role == FactorRole::Pollutant;
  if (!window.due() || rule.effect == MarkEffect::Exempt) return false;
  if (rule.effect == MarkEffect::Stopped) {
    take_value(window, "not_operating");
    if (pollutant) window.mass_kg = MassDecimal();
  } else {
    take_value(window, "invalid(" + rule.mark + ")");
    if (pollutant) window.mass_state = "marked";
  }
  window.unsure_mark = !rule.sure;
  return true;
}

bool condition_holds(const MarkRule& rule, const std::vector<Window>& windows) {
  if (rule.while_factor.empty()) return true;
  const auto found = std::find_if(windows.begin(), windows.end(), [&](const Window& window) {
    return window.factor == rule.while_factor;
  });
  if (found == windows.end() || !found->valid()) return false;
  const std::optional<Decimal>& value = found->converted ? found->converted : found->value;
  return value && *value <= *rule.while_upper;
}

bool judged(const Verdict& verdict) {
  return verdict.state == "over" || verdict.state == "compliant";
}

void take_former_state(Verdict& verdict, const Verdict& unmarked) {
  verdict.state_before_marks = unmarked.state;
  if (verdict.value) return;
  verdict.value = unmarked.value;
  verdict.ratio = unmarked.ratio;
}

}  // namespace

MarkedWindows mark_hour(OutletWindows windows, const OutletMarks& marks, EventTime hour) {
  MarkedWindows marked{std::move(windows), std::nullopt};
  if (marks.empty() || !marks.covers(hour)) return marked;
  OutletWindows unmarked = marked.windows;
  bool changed = false;
  std::vector<Window>& all = marked.windows.windows;
  for (Window& window : all) {
    const MarkRule* rule = marks.rule_at(hour, window.factor);
    if (rule != nullptr) changed = apply(window, *rule) || changed;
  }
  for (Window& window : all) {
    const MarkRule* rule = marks.rule_at(hour, window.factor);
    if (rule == nullptr || rule->effect != MarkEffect::Exempt || !window.valid()) continue;
    if (!condition_holds(*rule, all)) continue;
    window.exempt = rule->mark;
    window.unsure_mark = !rule->sure;
    changed = true;
  }
  if (changed) marked.unmarked = std::move(unmarked);
  return marked;
}

std::vector<Verdict> judge_marked(const OutletPlan& outlet, const MarkedWindows& marked,
                                  LimitSpan span, EventTime start, bool pending) {
  std::vector<Verdict> verdicts;
  const std::vector<Window>& windows = marked.windows.windows;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Window& window = windows[i];
    std::vector<Verdict> after = judge_window(outlet, window, span, start);
    const std::vector<Verdict> before =
        marked.unmarked ? judge_window(outlet, marked.unmarked->windows.at(i), span, start) : after;
    check(before.size() == after.size());
    for (std::size_t k = 0; k < after.size(); ++k) {
      Verdict& verdict = after[k];
      take_former_state(verdict, before[k]);
      if (!window.exempt.empty() && judged(verdict))
        verdict.state = "exempt(" + window.exempt + ")";
      if (verdict.state == "over" && pending) verdict.state = "pending_mark";
      const bool decided = window.unsure_mark && verdict.state != verdict.state_before_marks;
      if (decided) verdict.note += verdict.note.empty() ? "unsure_mark" : ";unsure_mark";
      verdicts.push_back(std::move(verdict));
    }
  }
  return verdicts;
}

}  // namespace parkwatch
