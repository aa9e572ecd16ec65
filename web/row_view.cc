#include "web/row_view.h"

#include <variant>

#include "model/check.h"

namespace parkwatch {

RowView::RowView(TableId id, const Row& row) : table_(table(id)), row_(row) {
  check(row.size() == table_.columns.size());
}

const Cell& RowView::cell(std::string_view column) const {
  for (std::size_t i = 0; i < row_.size(); ++i) {
    if (table_.columns[i].name == column) return row_[i];
  }
  check(false);
  return row_.front();
}

std::string RowView::text(std::string_view column) const {
  const Cell& found = cell(column);
  if (std::holds_alternative<std::monostate>(found)) return {};
  check(std::holds_alternative<std::string>(found));
  return std::get<std::string>(found);
}

std::optional<std::int64_t> RowView::number(std::string_view column) const {
  const Cell& found = cell(column);
  if (std::holds_alternative<std::monostate>(found)) return std::nullopt;
  check(std::holds_alternative<std::int64_t>(found));
  return std::get<std::int64_t>(found);
}

}  // namespace parkwatch
