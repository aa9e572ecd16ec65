#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/partition.h"
#include "model/time.h"
#include "storage/segment.h"

namespace parkwatch {

/// The ticks of `replay --until` are records too, kept as evidence under a topic of their own, so
/// that a store's rows follow from its segments alone.
inline constexpr std::string_view until_topic = "replay.until";

/// Where partitions stood; ticks count after everything before it.
using Positions = std::map<PartitionId, std::int64_t>;

/// A tick for each park, with offsets from `first_offset` on.
std::vector<EvidenceRecord> until_ticks(const std::vector<std::string>& parks, ReceivedTime until,
                                        std::int64_t first_offset, const Positions& after);

/// What such a tick comes after.
Positions positions_of(const EvidenceRecord& tick);

}  // namespace parkwatch
