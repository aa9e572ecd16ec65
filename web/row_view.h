#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// A stored row read by column name. Lives no longer than the row. An unknown name or a cell of
/// another type is a bug.
class RowView {
 public:
  RowView(TableId table, const Row& row);
  /// Empty for null.
  std::string text(std::string_view column) const;
  std::optional<std::int64_t> number(std::string_view column) const;

 private:
  const Cell& cell(std::string_view column) const;
  const Table& table_;
  const Row& row_;
};

}  // namespace parkwatch
