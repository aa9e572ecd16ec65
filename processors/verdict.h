#pragma once

#include <optional>
#include <string>
#include <vector>

#include "processors/plan.h"
#include "processors/window.h"

namespace parkwatch {

/// A judged window: what `verdict` stores, phase left out.
struct Verdict {
  std::string outlet, factor, limit_id;
  LimitOf of = LimitOf::Value;
  std::string state;  // compliant, over, pending_mark, exempt(reason), invalid(reason), no_limit
  std::string state_before_marks;
  std::optional<Decimal> value;  // what was held against the limit; a mass rate in kg/h
  std::optional<Decimal> lower, upper;
  std::optional<Decimal> ratio;
  bool leads = false;
  bool unsure = false;
  std::string note;
};

/// By the values alone: every limit in force at the window's start, strictest marked
/// (docs/arithmetic.md §9). Equality complies (GB/T 8170, full value comparison). Pure.
std::vector<Verdict> judge_window(const OutletPlan& outlet, const Window& window, LimitSpan span,
                                  EventTime start);

}  // namespace parkwatch
