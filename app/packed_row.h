#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/schema.h"

namespace parkwatch {

/// Packs cells into few bytes, for rows that wait in memory: a tenth of a Row's. Texts as long as a
/// hash are kept once: every result names the set that it was made with. Threads: used by one.
class RowPacker {
 public:
  void append(std::string& bytes, std::span<const Cell> cells);
  /// Appends to the row what `append` made of as many cells as the bytes hold.
  void take(Row& row, std::string_view bytes) const;

 private:
  static constexpr std::size_t hash_size = 64;   // digits
  static constexpr std::size_t texts_most = 64;  // more would no longer be found quickly
  /// Where a hash is kept; `texts_most` or more where there is no room for one more.
  std::size_t index(std::string_view text);

  std::vector<std::string> texts_;
};

}  // namespace parkwatch
