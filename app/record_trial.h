#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/task.h"
#include "ingest/decoder.h"
#include "storage/memory_store.h"

namespace parkwatch {

/// Takes records as a worker would, and forgets them: what would become a dead letter, and why.
/// Threads: one.
class RecordTrial {
 public:
  struct Refusal {
    std::string reason;
    std::string detail;  // names the member; may be empty
  };

  RecordTrial(const std::shared_ptr<const Plan>& plan, const Decoder::Options& decoder);

  /// Of the whole record, or of values in it. `record` has read_headers behind it.
  std::vector<Refusal> refusals(const PartitionId& id, const RecordView& record);

 private:
  static Task::Options options();

  MemoryStore store_;
  Task task_;
};

}  // namespace parkwatch
