#pragma once

#include "alerts/metrics.h"
#include "storage/store.h"
#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

/// Shows Prometheus what the store says now: park times, open episodes, silent outlets, verdicts by
/// state, cluster totals and work owed. `outlet_ratios` adds a series for every outlet factor.
void show_overview(const Overview& overview, const RegistryView& registry, bool outlet_ratios,
                   Metrics& metrics);

/// Counts the events of episodes that a commit wrote, by rule and event.
void count_episode_events(const Commit& commit, Metrics& metrics);

}  // namespace parkwatch
