#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "ingest/source.h"
#include "storage/store.h"

namespace parkwatch {

/// How far the store has read each partition; those it knows nothing of are not named.
std::map<PartitionId, std::int64_t> read_offsets(Store& store);

/// Hands out every record of a topic from these offsets (else from the oldest record) to where the
/// log ends at the moment of the call. `source` must be a reader of all partitions, without a
/// group. Throws SourceUnavailable, BrokerRefused.
void read_tail(Source& source, const std::map<PartitionId, std::int64_t>& from,
               const std::function<void(const PartitionId&, const RecordView&)>& sink);

}  // namespace parkwatch
