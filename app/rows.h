#pragma once

#include <optional>
#include <string>

#include "alerts/episode.h"
#include "model/document.h"
#include "model/partition.h"
#include "processors/contribution.h"
#include "processors/verdict.h"
#include "processors/violation.h"
#include "processors/window.h"
#include "storage/schema.h"

namespace parkwatch {

/// Which window a row is about.
struct WindowKey {
  std::string park;
  LimitSpan span = LimitSpan::Hour;
  EventTime start;
  bool closed = false;
};

std::string span_text(LimitSpan span);
/// Where a record stands: TOPIC/PARTITION/OFFSET.
std::string record_position(const PartitionId& id, std::int64_t offset);

/// Cells from values; nothing becomes null.
Cell cell(std::string_view text);
Cell cell(EventTime at);
template <int Places>
Cell cell(const std::optional<Fixed<Places>>& value) {
  if (!value) return {};
  return value->units();
}
std::optional<Decimal> decimal_of(const Cell& cell);
std::optional<MassDecimal> mass_of(const Cell& cell);
const std::string& text_of(const Cell& cell);
std::int64_t number_of(const Cell& cell);
/// Of a row of the table park; nothing where no record of the park has come yet.
std::optional<EventTime> park_time_of(const Row& row);

/// Where the versioned tables keep phase, version minute and registry.
struct VersionedColumns {
  std::size_t phase, version_minute, registry;
};
VersionedColumns versioned_columns(TableId id);

/// Rows of the typed results; version minute is left null, registry is the set's hash.
Row window_row(const WindowKey& key, const Window& window, const std::string& registry);
Row verdict_row(const WindowKey& key, const Verdict& verdict, const std::string& registry);
Row quality_row(const WindowKey& key, const Finding& finding);
/// The stored part of a window; over_range and the other order's mean are not stored.
Window window_of(const Row& row, FactorRole role);

Row document_row(const Document& document);
/// Throws std::runtime_error when the stored members are damaged.
Document document_of(const Row& row);
Violation violation_of(const Row& row);
Row violation_row(const std::string& park, const Violation& violation, const std::string& registry);

Row contribution_row(const std::string& cluster, const std::string& park, LimitSpan span,
                     EventTime start, const std::string& factor, const Contribution& contribution);
Contribution contribution_of(const Row& row);

Row episode_row(const EpisodeSubject& subject, const std::string& id, const EpisodeSpan& span,
                const std::string& severity, EventTime minute);

}  // namespace parkwatch
