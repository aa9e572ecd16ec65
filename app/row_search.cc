#include "app/row_search.h"

#include <algorithm>

#include "app/versions.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

constexpr std::size_t candidates_max = 10'000;  // looked at
constexpr std::size_t candidates_shown = 6;

std::vector<std::string> split(const std::vector<std::string>& parts) {
  if (parts.size() != 1) return parts;
  std::vector<std::string> split;
  std::string_view rest = parts.front();
  for (;;) {
    const std::size_t bar = rest.find('|');
    split.emplace_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) return split;
    rest.remove_prefix(bar + 1);
  }
}

Key key_of(const Table& table, const std::vector<std::string>& parts) {
  if (parts.size() > table.key_columns) {
    throw UnknownKey("the key of a " + std::string(table.name) + " has " +
                     std::to_string(table.key_columns) + " parts, these are " +
                     std::to_string(parts.size()));
  }
  Key key;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (table.columns[i].type != ColumnType::Time) {
      key.emplace_back(parts[i]);
      continue;
    }
    const std::optional<std::int64_t> time = parse_iso_time(parts[i]);
    if (!time) {
      throw UnknownKey("'" + parts[i] + "' is no time for " + std::string(table.columns[i].name) +
                       "; write it with a zone, as 2026-03-15T09:00:00+08:00");
    }
    key.emplace_back(*time);
  }
  return key;
}

bool begins_with(const Row& row, const Key& prefix) {
  return std::equal(prefix.begin(), prefix.end(), row.begin());
}

bool exists(Store& store, TableId id, const Key& prefix) {
  bool found = false;
  store.scan(id, prefix, {}, 1, [&](const Row& row) { found = begins_with(row, prefix); });
  return found;
}

/// The different values of the column after a prefix.
std::vector<Cell> values_after(Store& store, TableId id, const Key& prefix) {
  std::vector<Cell> values;
  Key low = prefix;
  while (values.size() < candidates_max) {
    std::optional<Row> row;
    store.scan(id, low, {}, 1, [&](const Row& found) { row = found; });
    if (!row || !begins_with(*row, prefix)) break;
    const Cell& value = (*row)[prefix.size()];
    values.push_back(value);
    low = prefix;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      low.emplace_back(*number + 1);
    } else {
      low.emplace_back(std::get<std::string>(value) + '\0');
    }
  }
  return values;
}

/// How many letters must be changed, put in or left out.
std::int64_t letters_between(std::string_view a, std::string_view b) {
  std::vector<std::int64_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<std::int64_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::int64_t diagonal = row[0];
    row[0] = static_cast<std::int64_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::int64_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::int64_t distance(const Cell& a, const Cell& b) {
  const auto* time = std::get_if<std::int64_t>(&a);
  if (time != nullptr) return std::abs(*time - std::get<std::int64_t>(b));
  return letters_between(std::get<std::string>(a), std::get<std::string>(b));
}

/// The first `count` parts are known, the next one is not.
[[noreturn]] void refuse(Store& store, const Table& table, const Key& key, std::size_t count) {
  const Key known(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(count));
  const Column& column = table.columns[count];
  std::vector<Cell> values = values_after(store, table.id, known);
  std::stable_sort(values.begin(), values.end(), [&](const Cell& a, const Cell& b) {
    return distance(a, key[count]) < distance(b, key[count]);
  });
  std::string text = "no " + std::string(table.name) + " has " + std::string(column.name) + " '" +
                     printed(column.type, key[count]) + "'";
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? " under " : "|") + printed(table.columns[i].type, key[i]);
  }
  text += values.empty() ? "; the table is empty" : "; nearest are:";
  for (std::size_t i = 0; i < std::min(values.size(), candidates_shown); ++i) {
    text += (i == 0 ? " " : ", ") + printed(column.type, values[i]);
  }
  throw UnknownKey(text);
}

}  // namespace

Row find_row(Store& store, TableId id, const std::vector<std::string>& parts) {
  const Table& described = table(id);
  const Key key = key_of(described, split(parts));
  std::vector<Row> found;
  store.scan(id, key, {}, candidates_shown + 1, [&](const Row& row) {
    if (begins_with(row, key)) found.push_back(row);
  });
  if (found.size() == 1 || (!found.empty() && key.size() == described.key_columns)) {
    return found.front();
  }
  if (found.empty()) {
    for (std::size_t count = 0; count < key.size(); ++count) {
      const Key prefix(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(count) + 1);
      if (!exists(store, id, prefix)) refuse(store, described, key, count);
    }
  }
  std::string text = "the key names more than one " + std::string(described.name) + "; some are:";
  for (const Row& row : found) text += "\n  '" + history_key(id, row) + "'";
  throw UnknownKey(text);
}

}  // namespace parkwatch
