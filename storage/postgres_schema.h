#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "storage/migrations.h"
#include "storage/postgres_handle.h"
#include "storage/schema.h"

namespace parkwatch {

/// Whether rows are only ever added: raw records, which nobody may change later.
bool is_append_only(const Table& table);

/// The SQL texts of a table. Names are quoted; columns stand in the order of the schema.
std::string create_postgres_sql(const Table& table);
/// Parameters: an array for each column; of a sequence, for each but the key. Rows that are the
/// same already are left alone.
std::string upsert_postgres_sql(const Table& table);
/// Parameters: an array for each key column.
std::string erase_postgres_sql(const Table& table);
/// Parameters: the first `prefix` key columns.
std::string read_postgres_sql(const Table& table, std::size_t prefix);
/// Parameters: an array for each of the first `prefix` key columns. Rows come prefix by prefix.
std::string read_many_postgres_sql(const Table& table, std::size_t prefix);
/// Parameters: `low` key cells, `high` key cells, and the limit when there is one.
std::string scan_postgres_sql(const Table& table, std::size_t low, std::size_t high, bool limited);
/// `unnest($N::text[], ...)` over the columns, from parameter `first` on.
std::string unnest_sql(std::span<const Column> columns, std::size_t first = 1);

/// Makes the tables where there are none, or brings older ones forward, in one transaction. Several
/// processes may do so at once.
/// Throws StoreRefused with advice for a foreign schema, a newer one, and where a right is missing.
void prepare_postgres(PostgresConnection& connection, std::span<const Migration> steps);
/// Throws StoreAbsent where there are no tables, StoreRefused unless they have exactly the present
/// schema.
void check_postgres(PostgresConnection& connection, std::span<const Migration> steps);

}  // namespace parkwatch
