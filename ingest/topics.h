#pragma once

#include <array>
#include <string_view>

namespace parkwatch {

/// Whatever can change a result comes in through this topic, keyed by park.
inline constexpr std::string_view input_topic = "parkwatch.input.v1";

/// Output only; published from the store's outbox.
inline constexpr std::array<std::string_view, 6> result_topics = {
    "parkwatch.windows.v1",       "parkwatch.verdicts.v1", "parkwatch.alerts.v1",
    "parkwatch.contributions.v1", "parkwatch.clusters.v1", "parkwatch.dead.v1"};

}  // namespace parkwatch
