#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace parkwatch {

/// Keeps the rows of very many owners one behind the other: most own one row or a few, and an
/// allocation of its own would cost each of them more than they do. What is kept never moves.
template <class Row>
class RowPool {
 public:
  std::span<const Row> keep(std::vector<Row>&& rows) {
    if (rows.empty()) return {};
    if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < rows.size()) {
      chunks_.emplace_back().reserve(std::max(chunk_rows, rows.size()));
    }
    std::vector<Row>& chunk = chunks_.back();
    for (Row& row : rows) chunk.push_back(std::move(row));
    return std::span<const Row>(chunk).last(rows.size());
  }

 private:
  static constexpr std::size_t chunk_rows = 512;
  std::vector<std::vector<Row>> chunks_;
};

}  // namespace parkwatch
