#pragma once

#include <memory>

#include "storage/store.h"

namespace parkwatch {

/// A Store without a disk, with the same semantics: for property tests and for benchmarks that
/// leave the store out. Its content lives as long as any object that shares it.
class MemoryStore : public Store {
 public:
  explicit MemoryStore(StoreOptions options = {});
  /// A second object on the content of the first, as a second worker opens a store; usable from
  /// another thread.
  MemoryStore(const MemoryStore& shared, StoreOptions options);
  ~MemoryStore() override;

  Checkpoint claim(const PartitionId& partition) override;
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override;
  void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
            const RowSink& sink) override;
  void commit(const Commit& commit) override;
  std::string active_set() override;

 private:
  struct Content;
  StoreOptions options_;
  std::shared_ptr<Content> content_;
};

}  // namespace parkwatch
