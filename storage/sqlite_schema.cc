#include "storage/sqlite_schema.h"

#include <algorithm>

#include "storage/sql_text.h"
#include "storage/store.h"

namespace parkwatch {

namespace {

/// ?, ?, ?
std::string placeholders(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += i == 0 ? "?" : ", ?";
  return list;
}

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::Text:
      return "TEXT";
    case ColumnType::Blob:
      return "BLOB";
    case ColumnType::Integer:
    case ColumnType::Boolean:
    case ColumnType::Time:
    case ColumnType::Decimal6:
    case ColumnType::Decimal9:
      return "INTEGER";
  }
  return {};
}

/// Rows with packed bytes are long: kept in the leaves of an ordinary table, found by its key
/// index. Short rows live in the key's own tree, which saves the second look-up.
bool is_long(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.type == ColumnType::Blob; });
}

std::int64_t version_of(SqliteConnection& connection) {
  return connection.integer("PRAGMA user_version");
}

/// False for an empty file, true for one of our stores.
bool is_store(SqliteConnection& connection, std::span<const Migration> steps) {
  const std::int64_t objects = connection.integer("SELECT count(*) FROM sqlite_schema");
  const std::int64_t application = connection.integer("PRAGMA application_id");
  if (objects == 0 && application == 0) return false;
  if (application != store_application_id) {
    throw StoreRefused("store " + connection.name() +
                       ": the file is a database of another program; name another file");
  }
  refuse_newer(connection.name(), version_of(connection), steps);
  return true;
}

}  // namespace

std::string create_sql(const Table& table) {
  std::string sql = "CREATE TABLE " + quoted_name(table.name) + " (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (i != 0) sql += ", ";
    sql += quoted_name(column.name) + ' ' + std::string(sql_type(column.type));
    if (table.sequence && i == 0) sql += " PRIMARY KEY AUTOINCREMENT";
    if (i < table.key_columns) sql += " NOT NULL";
    if (column.type == ColumnType::Boolean)
      sql += " CHECK (" + quoted_name(column.name) + " IN (0, 1))";
  }
  if (table.sequence) return sql + ") STRICT";
  sql += ", PRIMARY KEY (" + quoted_names(key_of(table)) + ")) STRICT";
  return is_long(table) ? sql : sql + ", WITHOUT ROWID";
}

std::string upsert_sql(const Table& table) {
  const std::span<const Column> values = values_of(table);
  const std::span<const Column> given = table.sequence ? values : table.columns;
  std::string sql = "INSERT INTO " + quoted_name(table.name) + " (" + quoted_names(given) +
                    ") VALUES (" + placeholders(given.size()) + ")";
  if (table.sequence) return sql;
  sql += " ON CONFLICT (" + quoted_names(key_of(table)) + ") DO ";
  if (values.empty()) return sql + "NOTHING";
  sql += "UPDATE SET ";
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = quoted_name(values[i].name);
    sql += (i == 0 ? "" : ", ") + name + " = excluded." + name;
  }
  return sql;
}

std::string erase_sql(const Table& table) {
  return "DELETE FROM " + quoted_name(table.name) + " WHERE (" + quoted_names(key_of(table)) +
         ") = (" + placeholders(table.key_columns) + ")";
}

std::string read_sql(const Table& table, std::size_t prefix) {
  std::string sql = "SELECT " + quoted_names(table.columns) + " FROM " + quoted_name(table.name);
  for (std::size_t i = 0; i < prefix; ++i) {
    sql += (i == 0 ? " WHERE " : " AND ") + quoted_name(table.columns[i].name) + " = ?";
  }
  return sql + " ORDER BY " + quoted_names(key_of(table));
}

std::string scan_sql(const Table& table, std::size_t low, std::size_t high) {
  std::string sql = "SELECT " + quoted_names(table.columns) + " FROM " + quoted_name(table.name);
  const auto bound = [&](std::size_t cells, std::string_view comparison) {
    return '(' + quoted_names(table.columns.first(cells)) + ") " + std::string(comparison) + " (" +
           placeholders(cells) + ')';
  };
  if (low > 0) sql += " WHERE " + bound(low, ">=");
  if (high > 0) sql += (low > 0 ? " AND " : " WHERE ") + bound(high, "<");
  return sql + " ORDER BY " + quoted_names(key_of(table)) + " LIMIT ?";
}

void prepare_for_writing(SqliteConnection& connection, std::span<const Migration> steps) {
  // A foreign file must be refused before anything in it is touched, its journal mode included.
  is_store(connection, steps);
  // Only an empty file takes the size. Device hours of some kilobytes fit in fewer, fuller pages.
  connection.execute("PRAGMA page_size = 8192");
  connection.execute("PRAGMA journal_mode = WAL");
  SqliteTransaction transaction(connection, SqliteTransaction::Kind::Write);
  if (!is_store(connection, steps)) {
    for (const Table& table : tables()) connection.execute(create_sql(table));
    connection.execute("PRAGMA application_id = " + std::to_string(store_application_id));
  } else {
    const std::size_t done = static_cast<std::size_t>(version_of(connection) - 1);
    for (const Migration& step : steps.subspan(done)) connection.execute(std::string(step.sqlite));
  }
  connection.execute("PRAGMA user_version = " + std::to_string(schema_version(steps)));
  transaction.commit();
}

void check_for_reading(SqliteConnection& connection, std::span<const Migration> steps) {
  if (!is_store(connection, steps)) {
    throw StoreAbsent("store " + connection.name() + ": the file is empty; nothing was stored yet");
  }
  refuse_older(connection.name(), version_of(connection), steps);
}

}  // namespace parkwatch
