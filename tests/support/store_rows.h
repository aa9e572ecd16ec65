#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace parkwatch {

inline Cell text(std::string_view value) {
  return std::string(value);
}
inline Cell number(std::int64_t value) {
  return value;
}
inline Cell nothing() {
  return std::monostate{};
}

/// A row of the table with the given key, all other cells null.
inline Row row_of(TableId id, const Key& key) {
  Row row(table(id).columns.size());
  for (std::size_t i = 0; i < key.size(); ++i) row[i] = key[i];
  return row;
}

inline Change put(TableId id, Row row) {
  return {id, std::move(row), false};
}
inline Change erased(TableId id, const Key& key) {
  return {id, row_of(id, key), true};
}

inline std::vector<Row> rows_of(Store& store, TableId id, const Key& prefix = {}) {
  std::vector<Row> rows;
  const std::vector<Key> prefixes{prefix};
  store.read(id, prefixes, [&](const Row& row) { rows.push_back(row); });
  return rows;
}

inline std::vector<Row> rows_between(Store& store, TableId id, const Key& low, const Key& high,
                                     std::size_t limit = 0) {
  std::vector<Row> rows;
  store.scan(id, low, high, limit, [&](const Row& row) { rows.push_back(row); });
  return rows;
}

inline Commit commit_of(std::vector<Change> changes) {
  Commit commit;
  commit.changes = std::move(changes);
  return commit;
}

}  // namespace parkwatch
