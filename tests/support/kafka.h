#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/producer.h"
#include "ingest/source.h"

namespace parkwatch {

/// What a test keeps of a record after its poll.
struct KeptRecord {
  PartitionId id;
  std::int64_t offset = -1;
  std::int64_t append_time_ms = -1;
  std::int64_t create_time_ms = -1;
  std::string key;
  std::string payload;
  bool tombstone = false;
  ContentType content_type = ContentType::Unknown;
  std::int64_t received_ms = -1;
  std::vector<std::pair<std::string, std::string>> headers;
};

KeptRecord keep(const PartitionId& id, const RecordView& record);

/// A worker as small as can be: resumes each partition from what `committed` says, keeps every
/// record and moves `committed` with it, as a store would in one transaction.
class TestWorker {
 public:
  explicit TestWorker(Source& source, std::map<PartitionId, std::int64_t>& committed)
      : source_(source), committed_(committed) {}

  /// One poll; false when it brought nothing.
  bool step(std::chrono::milliseconds timeout = std::chrono::milliseconds(50));
  /// Polls until `done` holds; false when `bound` is over first.
  bool run_until(const std::function<bool()>& done,
                 std::chrono::milliseconds bound = std::chrono::seconds(60));
  /// Polls until every partition that is ours has reached its end (and there is one).
  bool run_to_end(std::chrono::milliseconds bound = std::chrono::seconds(60));

  std::vector<KeptRecord> records;
  std::vector<PartitionId> owned;
  int lost = 0;

 private:
  Source& source_;
  std::map<PartitionId, std::int64_t>& committed_;
};

/// Produces and waits for the acknowledgement; fails the test without one. The record's place.
Delivery produce_one(Producer& producer, const std::string& topic, std::string_view key,
                     std::span<const HeaderView> headers, std::string_view payload);

/// Produces payloads "prefix0".."prefixN-1" under keys "key-(index % keys)"; waits for all.
/// The number of records acknowledged.
std::size_t produce_many(Producer& producer, const std::string& topic, const std::string& prefix,
                         std::size_t count, std::size_t keys);

}  // namespace parkwatch
