#include "storage/postgres_timescale.h"

#include <array>
#include <chrono>

#include "storage/postgres_handle.h"
#include "storage/schema.h"
#include "storage/sql_text.h"

namespace parkwatch {

namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr std::array long_tables{TableId::OutletWindow, TableId::Verdict, TableId::Contribution,
                                 TableId::ClusterWindow};
constexpr milliseconds chunk_span = days(30);
/// Corrections of older windows are rare enough to unpack for.
constexpr milliseconds compressed_after = days(180);

std::string count(milliseconds span) {
  return std::to_string(span.count());
}

/// The columns that a compressed row's place is found by: the key without the time.
std::string segments(const Table& table) {
  std::string list;
  for (const Column& column : key_of(table)) {
    if (column.name != "start") list += (list.empty() ? "" : ", ") + quoted_name(column.name);
  }
  return list;
}

void compress(PostgresConnection& connection, const Table& table) {
  const std::string name = "parkwatch." + quoted_name(table.name);
  connection.execute("ALTER TABLE " + name +
                     " SET (timescaledb.compress, timescaledb.compress_orderby = 'start', "
                     "timescaledb.compress_segmentby = '" +
                     segments(table) + "')");
  connection.execute("SELECT set_integer_now_func('" + name +
                     "', 'parkwatch.now_ms', replace_if_exists => true)");
  connection.execute("SELECT add_compression_policy('" + name + "', BIGINT '" +
                     count(compressed_after) + "', if_not_exists => true)");
}

}  // namespace

std::vector<std::string> spread_over_time(std::string_view url) {
  PostgresConnection::Options options;
  options.url = std::string(url);
  options.statement_timeout = std::chrono::minutes(60);  // rows that are there are moved
  PostgresConnection connection(std::move(options));
  // What is loaded at the server's start shows by a setting; the licence only with the extension.
  const PostgresResult loaded = connection.run(
      "SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb' AND "
      "current_setting('timescaledb.disable_load', true) IS NOT NULL");
  if (loaded.rows() == 0) return {};
  connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public");
  const std::string license =
      connection.run("SELECT current_setting('timescaledb.license')").text(0, 0);
  connection.execute("SET search_path = parkwatch, public");
  const bool licensed = license == "timescale";
  if (licensed) {
    connection.execute(
        "CREATE OR REPLACE FUNCTION parkwatch.now_ms() RETURNS bigint LANGUAGE sql STABLE AS "
        "'SELECT (extract(epoch FROM now()) * 1000)::bigint'");
  }
  std::vector<std::string> lines{"TimescaleDB is there, under the licence " + license};
  for (const TableId id : long_tables) {
    const Table& target = table(id);
    connection.execute("SELECT create_hypertable('parkwatch." + quoted_name(target.name) +
                       "', 'start', chunk_time_interval => BIGINT '" + count(chunk_span) +
                       "', create_default_indexes => false, migrate_data => true, if_not_exists => "
                       "true)");
    if (licensed) compress(connection, target);
    lines.push_back(std::string(target.name) + " is a hypertable, 30 days a chunk" +
                    (licensed ? ", compressed after 180 days" : ""));
  }
  if (!licensed) {
    lines.emplace_back("compression and continuous aggregates are not part of this licence");
  }
  return lines;
}

}  // namespace parkwatch
