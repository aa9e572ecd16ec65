#pragma once

#include "alerts/metrics.h"
#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

/// Shows Prometheus what the store says now: park times, open episodes, silent outlets, verdicts by
/// state, cluster totals and work owed. `outlet_ratios` adds a series for every outlet factor.
void show_overview(const Overview& overview, const RegistryView& registry, bool outlet_ratios,
                   Metrics& metrics);

}  // namespace parkwatch
