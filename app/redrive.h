#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ingest/decoder.h"
#include "processors/plan.h"
#include "storage/segment.h"
#include "storage/store.h"

namespace parkwatch {

/// Which dead letters are to come again.
struct RedriveChoice {
  std::string reason;                   // empty: every reason
  std::optional<std::int64_t> from_ms;  // received then or later
  bool force = false;                   // also what would end the same way
  std::size_t records_max = 100'000;    // of one call
};

/// A dead letter's record as the evidence has it, with the reasons it was refused for.
struct RedriveRecord {
  PartitionId id;
  EvidenceRecord record;
  std::set<std::string> reasons;
};

/// What a redrive would do.
struct RedrivePlan {
  std::vector<RedriveRecord> send;
  std::map<std::string, std::int64_t> refused;  // by the reason that they would meet again
  std::int64_t on_their_way = 0;                // sent before, not consumed yet
  std::int64_t without_evidence = 0;            // the store does not hold their records
  std::int64_t beyond_bound = 0;                // left for another call
};

/// Chooses dead letters that were not sent back yet, takes their records from the evidence and
/// tries each under the plan and decoder options at hand, as the worker would: what would end as
/// the same dead letter is refused, unless forced. `on_their_way`: positions named by records that
/// the store has not consumed yet. Throws DamagedEvidence, StoreUnavailable.
RedrivePlan plan_redrive(Store& store, const std::shared_ptr<const Plan>& plan,
                         const Decoder::Options& decoder, const RedriveChoice& choice,
                         const std::set<std::string>& on_their_way);

/// The headers to send it with: its own, and where and when it stood in the log first, so that it
/// counts as it would have then.
std::vector<std::pair<std::string, std::string>> redrive_headers(const RedriveRecord& record);

}  // namespace parkwatch
