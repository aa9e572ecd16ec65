#include "storage/sql_text.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch {

std::string quoted_name(std::string_view name) {
  return '"' + std::string(name) + '"';
}

std::string quoted_names(std::span<const Column> columns, std::string_view prefix) {
  std::string list;
  for (const Column& column : columns) {
    if (!list.empty()) list += ", ";
    list.append(prefix).append(quoted_name(column.name));
  }
  return list;
}

std::span<const Column> key_of(const Table& table) {
  return table.columns.first(table.key_columns);
}

std::span<const Column> values_of(const Table& table) {
  return table.columns.subspan(table.key_columns);
}

std::size_t bound_cells(const Key& key, const Table& table) {
  check(key.size() <= table.key_columns);
  const auto null = std::find_if(key.begin(), key.end(), [](const Cell& cell) {
    return std::holds_alternative<std::monostate>(cell);
  });
  return static_cast<std::size_t>(null - key.begin());
}

}  // namespace parkwatch
