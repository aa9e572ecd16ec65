#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "storage/store.h"

namespace parkwatch {

/// A Store over another one that is only read: what is committed here stays in memory. So a command
/// can show what it would write. Threads: one.
class OverlayStore : public Store {
 public:
  /// `base` outlives the overlay and is not written by others meanwhile (a snapshot).
  explicit OverlayStore(Store& base) : base_(base) {}

  Checkpoint claim(const PartitionId& partition) override;
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override;
  void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
            const RowSink& sink) override;
  /// Checks positions, park versions and the active set as every store.
  void commit(const Commit& commit) override;
  std::string active_set() override;

  /// Called with each row that differs from the base, in key order: nullptr where there is none.
  using DifferenceSink = std::function<void(const Row* before, const Row* after)>;
  void differences(TableId table, const DifferenceSink& sink);

 private:
  using Changes = std::map<std::string, Change>;  // by ordered key

  Changes& changes(TableId table) { return changes_.at(static_cast<std::size_t>(table)); }
  void merge(TableId table, Changes::const_iterator from, Changes::const_iterator to,
             std::size_t limit, const std::function<void(const RowSink&)>& base_rows,
             const RowSink& sink);
  std::optional<Row> find(TableId table, const Key& key);
  void put(TableId table, Row row);
  void move(const PartitionMove& move);

  Store& base_;
  std::array<Changes, table_count> changes_;
  std::int64_t next_id_ = std::int64_t{1} << 60;  // above every id that the base gave out
};

}  // namespace parkwatch
