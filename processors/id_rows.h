#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace parkwatch {

/// A row for each id, by id; `Row::id` is set, the rest is as made.
template <class Row>
std::vector<Row> rows_with_ids(std::vector<std::string_view> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<Row> rows(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) rows[i].id = ids[i];
  return rows;
}

/// The row of an id among rows that are sorted by it; nullptr when there is none.
template <class Rows>
auto find_id(Rows& rows, std::string_view id) -> decltype(rows.data()) {
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), id,
      [](const auto& row, std::string_view wanted) { return std::string_view(row.id) < wanted; });
  return found == rows.end() || found->id != id ? nullptr : &*found;
}

}  // namespace parkwatch
