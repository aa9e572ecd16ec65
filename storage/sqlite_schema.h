#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "storage/migrations.h"
#include "storage/schema.h"
#include "storage/sqlite_handle.h"

namespace parkwatch {

/// The SQL texts of a table. All names are quoted; columns stand in the order of the schema.
std::string create_sql(const Table& table);
/// Parameters: all columns in order; of a sequence, all but the key.
std::string upsert_sql(const Table& table);
/// Parameters: the key columns.
std::string erase_sql(const Table& table);
/// Parameters: the first `prefix` key columns.
std::string read_sql(const Table& table, std::size_t prefix);
/// Parameters: `low` key cells, `high` key cells, the limit (-1: none).
std::string scan_sql(const Table& table, std::size_t low, std::size_t high);

/// In the file's header, so that a foreign SQLite file is told from a store: "PKWT".
constexpr std::int64_t store_application_id = 0x504B5754;

/// Makes the tables in an empty file, or brings older ones forward, in one transaction.
/// Throws StoreRefused with advice for a foreign file and for a newer schema.
void prepare_for_writing(SqliteConnection& connection, std::span<const Migration> steps);
/// Throws StoreRefused unless the file is a store of exactly the present schema.
void check_for_reading(SqliteConnection& connection, std::span<const Migration> steps);

}  // namespace parkwatch
