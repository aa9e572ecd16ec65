#include "app/row_difference.h"

#include "app/versions.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

std::string shown(const Table& table, const Row& row, std::size_t column) {
  const std::string text = printed(table.columns[column].type, row[column]);
  return text.empty() ? "(none)" : text;
}

/// The part of a row that tables are compared by, after the key.
std::string values_text(const Table& table, const Row& row) {
  std::string text;
  for (std::size_t i = table.key_columns; i < row.size(); ++i) {
    if (table.columns[i].audit || table.columns[i].type == ColumnType::Blob) continue;
    const std::string value = printed(table.columns[i].type, row[i]);
    if (value.empty()) continue;
    text += (text.empty() ? "" : "; ") + std::string(table.columns[i].name) + " " + value;
  }
  return text;
}

}  // namespace

std::string difference_line(TableId id, const Row* before, const Row* after) {
  const Table& described = table(id);
  const std::string name = std::string(described.name) + " ";
  if (before == nullptr) {
    return "+ " + name + history_key(id, *after) + ": " + values_text(described, *after);
  }
  if (after == nullptr) {
    return "- " + name + history_key(id, *before) + ": " + values_text(described, *before);
  }
  std::string changes;
  for (std::size_t i = described.key_columns; i < before->size(); ++i) {
    if (described.columns[i].audit || (*before)[i] == (*after)[i]) continue;
    changes += (changes.empty() ? "" : "; ") + std::string(described.columns[i].name) + " " +
               shown(described, *before, i) + " -> " + shown(described, *after, i);
  }
  return changes.empty() ? changes : "~ " + name + history_key(id, *before) + ": " + changes;
}

void DifferenceTotals::add(TableId id, const Row* before, const Row* after) {
  Total& total = totals_[id];
  if (before == nullptr || after == nullptr) {
    ++(before == nullptr ? total.fresh : total.gone);
    return;
  }
  ++total.changed;
  const Table& described = table(id);
  for (std::size_t i = described.key_columns; i < before->size(); ++i) {
    if (described.columns[i].name != "state" || (*before)[i] == (*after)[i]) continue;
    ++total.states[shown(described, *before, i) + " -> " + shown(described, *after, i)];
  }
}

std::string DifferenceTotals::text() const {
  std::string text;
  for (const auto& [id, total] : totals_) {
    text += std::string(table(id).name) + ": " + std::to_string(total.changed) + " changed, " +
            std::to_string(total.fresh) + " new, " + std::to_string(total.gone) + " gone";
    for (const auto& [state, count] : total.states) {
      text += "; state " + state + ": " + std::to_string(count);
    }
    text += '\n';
  }
  return text;
}

std::int64_t DifferenceTotals::count() const {
  std::int64_t count = 0;
  for (const auto& [id, total] : totals_) count += total.changed + total.fresh + total.gone;
  return count;
}

}  // namespace parkwatch
