#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "storage/store.h"

namespace parkwatch {

/// The rows that a batch reads and changes, over the store: state is a cache of store rows. Rows
/// are loaded by key prefix when first asked for; what is changed is kept until `settle`. Threads:
/// used by one worker.
class WorkingSet {
 public:
  explicit WorkingSet(Store& store);
  ~WorkingSet();
  WorkingSet(const WorkingSet&) = delete;
  WorkingSet& operator=(const WorkingSet&) = delete;

  /// The row with this whole key, or nullptr. The pointer lives until the row is changed, settled
  /// or dropped.
  const Row* find(TableId table, const Key& key);
  /// Rows whose key begins with the prefix, in key order.
  std::vector<const Row*> rows(TableId table, const Key& prefix);
  /// Loads prefixes at once, so that later reads below them need no query.
  void preload(TableId table, std::span<const Key> prefixes);

  void put(TableId table, Row row);
  /// The same without asking what the store holds: for rows that are new as a rule.
  void overwrite(TableId table, Row row);
  void erase(TableId table, const Key& key);
  /// Adds a row to a table whose key the store gives out; the first cell is left null.
  void append(TableId table, Row row);

  /// What must be written so that the store equals this set, by table and key; unchanged rows are
  /// left out.
  std::vector<Change> changes() const;
  /// The changes were committed: they are the store's rows now.
  void settle();
  /// Forgets what is held of one table, of which nothing is changed.
  void forget(TableId table);
  /// Forgets the rows of a park, of which nothing is changed, but for its version: that goes on
  /// saying which state of the store was read.
  void forget_park(const std::string& park);
  /// Forgets everything, changes too.
  void clear();
  /// Rows held, and prefixes that were asked for.
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parkwatch
