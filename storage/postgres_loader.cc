#include "storage/postgres_loader.h"

#include <chrono>
#include <utility>

#include "storage/postgres_schema.h"
#include "storage/postgres_writer.h"
#include "storage/sql_text.h"

namespace parkwatch {

namespace {

PostgresConnection::Options options_for(std::string url) {
  PostgresConnection::Options options;
  options.url = std::move(url);
  options.statement_timeout = std::chrono::minutes(10);
  return options;
}

std::string insert_sql(const Table& table) {
  return "INSERT INTO " + quoted_name(table.name) + " (" + quoted_names(table.columns) +
         ") SELECT * FROM " + unnest_sql(table.columns);
}

}  // namespace

PostgresLoader::PostgresLoader(std::string url)
    : connection_(options_for(std::move(url))),
      transaction_((prepare_postgres(connection_, migrations()), connection_), "BEGIN") {
  for (const Table& table : tables()) {
    connection_.execute("LOCK TABLE " + quoted_name(table.name) + " IN EXCLUSIVE MODE");
    if (connection_.run("SELECT 1 FROM " + quoted_name(table.name) + " LIMIT 1").rows() > 0) {
      refuse_to_fill(connection_.name(), table);
    }
  }
}

PostgresLoader::~PostgresLoader() = default;

void PostgresLoader::add(TableId id, const Row& row) {
  if (id != table_) flush();
  table_ = id;
  rows_.push_back(row);
  constexpr std::size_t rows_max = 5'000;
  if (rows_.size() == rows_max) flush();
}

void PostgresLoader::flush() {
  if (rows_.empty()) return;
  const Table& target = table(table_);
  std::vector<const Row*> rows;
  for (const Row& row : rows_) rows.push_back(&row);
  for (const PostgresCall& call : array_calls(insert_sql(target), target.columns, rows, 0)) {
    connection_.run(call.sql, call.parameters);
  }
  rows_.clear();
}

void PostgresLoader::finish() {
  flush();
  for (const Table& table : tables()) {
    if (!table.sequence) continue;
    const std::string key = quoted_name(table.columns.front().name);
    const std::string name(table.name);
    connection_.execute("SELECT setval(pg_get_serial_sequence('parkwatch." + name + "', '" +
                        std::string(table.columns.front().name) + "'), coalesce(max(" + key +
                        "), 0) + 1, false) FROM " + quoted_name(name));
  }
  transaction_.commit();
}

}  // namespace parkwatch
