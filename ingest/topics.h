#pragma once

#include <array>
#include <string_view>

namespace parkwatch {

/// Whatever can change a result comes in through this topic, keyed by park.
inline constexpr std::string_view input_topic = "parkwatch.input.v1";

inline constexpr std::string_view windows_topic = "parkwatch.windows.v1";
inline constexpr std::string_view verdicts_topic = "parkwatch.verdicts.v1";
inline constexpr std::string_view alerts_topic = "parkwatch.alerts.v1";
inline constexpr std::string_view contributions_topic = "parkwatch.contributions.v1";
inline constexpr std::string_view clusters_topic = "parkwatch.clusters.v1";
inline constexpr std::string_view violations_topic = "parkwatch.violations.v1";
inline constexpr std::string_view quality_topic = "parkwatch.quality.v1";
inline constexpr std::string_view marks_topic = "parkwatch.marks.v1";
inline constexpr std::string_view dead_topic = "parkwatch.dead.v1";

/// Output only; published from the store's outbox.
inline constexpr std::array<std::string_view, 9> result_topics = {
    windows_topic,    verdicts_topic, alerts_topic, contributions_topic, clusters_topic,
    violations_topic, quality_topic,  marks_topic,  dead_topic};

}  // namespace parkwatch
