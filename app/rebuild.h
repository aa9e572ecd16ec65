#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/task.h"

namespace parkwatch {

/// An empty store in a folder of its own, gone with the object: results of a large log do not fit
/// memory.
class TemporaryStore {
 public:
  /// Throws StoreUnavailable when the folder for temporary files can not be written.
  TemporaryStore();
  ~TemporaryStore();
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;
  Store& store() { return *store_; }

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
};

/// Computes every result of `source` anew from its evidence segments under the active set, into the
/// empty store `target`. `progress` is told how many records are done. Throws DamagedEvidence,
/// StoreRefused where the active set can not be had.
void rebuild(Store& source, Store& target, const std::shared_ptr<const Plan>& plan,
             const Decoder::Options& decoder,
             const std::function<void(std::int64_t)>& progress = {});

/// A stored row that is not what the evidence gives.
struct RowFault {
  std::string table, key;
  std::string
      reason;  // names the column with both values, or says that the row is missing or extra
};

/// What comparing two stores found.
struct RowAudit {
  std::int64_t rows = 0;  // compared
  std::int64_t differing = 0;
  std::vector<RowFault> faults;   // the first of each table
  std::vector<std::string> left;  // tables that can not be compared, each with the reason
};

/// Compares the rows that two stores with the same records must have in common. What is still owed
/// (re-judging, cluster totals) and histories made under several sets are left out, and said so.
RowAudit compare_rebuilt(Store& stored, Store& rebuilt);

}  // namespace parkwatch
