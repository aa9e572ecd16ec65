#include "storage/postgres_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/key_order.h"
#include "storage/postgres_schema.h"
#include "storage/sql_text.h"

namespace parkwatch {

namespace {

// What one statement carries at most; more rows go into further ones.
constexpr std::size_t statement_rows_max = 10'000;
constexpr std::size_t statement_bytes_max = 16U << 20;

using Rows = std::vector<const Row*>;

std::size_t bytes_of(const Row& row) {
  std::size_t bytes = 0;
  for (const Cell& cell : row) {
    const auto* text = std::get_if<std::string>(&cell);
    bytes += text == nullptr ? 8 : text->size();
  }
  return bytes;
}

void sort_by_key(const Table& table, Rows& rows) {
  std::vector<std::pair<std::string, const Row*>> keyed;
  keyed.reserve(rows.size());
  for (const Row* row : rows) {
    keyed.emplace_back(ordered_key(std::span(*row).first(table.key_columns)), row);
  }
  std::sort(keyed.begin(), keyed.end());
  std::transform(keyed.begin(), keyed.end(), rows.begin(),
                 [](const auto& each) { return each.second; });
}

void add_calls(std::vector<PostgresCall>& calls, const std::string& sql,
               std::span<const Column> columns, const Rows& rows, std::size_t first) {
  for (PostgresCall& call : array_calls(sql, columns, rows, first))
    calls.push_back(std::move(call));
}

void add_move(std::vector<PostgresCall>& calls, const PartitionMove& move) {
  PostgresCall progress{
      "UPDATE progress SET next_offset = $1::bigint, chain_head = $2::text "
      "WHERE topic = $3::text AND \"partition\" = $4::bigint",
      {}};
  progress.parameters.add(move.next_offset);
  progress.parameters.add(std::string_view(move.chain_head));
  progress.parameters.add(std::string_view(move.id.topic));
  progress.parameters.add(std::int64_t{move.id.partition});
  calls.push_back(std::move(progress));
  std::vector<Row> counters;
  for (const auto& [name, value] : move.counters) {
    counters.push_back({move.id.topic, std::int64_t{move.id.partition}, name, value});
  }
  Rows rows;
  for (const Row& row : counters) rows.push_back(&row);
  const Table& target = table(TableId::Counter);
  add_calls(calls, upsert_postgres_sql(target), target.columns, rows, 0);
}

void add_parks(std::vector<PostgresCall>& calls, std::span<const ParkVersion> parks) {
  std::vector<Row> raised;
  for (const ParkVersion& park : parks) {
    raised.push_back(park_row(park));
  }
  Rows rows;
  for (const Row& row : raised) rows.push_back(&row);
  const Table& target = table(TableId::Park);
  sort_by_key(target, rows);
  add_calls(calls, upsert_postgres_sql(target), target.columns, rows, 0);
}

}  // namespace

PostgresCall array_call(std::string sql, std::span<const Column> columns,
                        std::span<const Row* const> rows, std::size_t first) {
  PostgresCall call{std::move(sql), {}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    PostgresArray array(columns[i].type);
    for (const Row* row : rows) array.add((*row)[first + i]);
    call.parameters.add_array(array.take());
  }
  return call;
}

std::vector<PostgresCall> array_calls(const std::string& sql, std::span<const Column> columns,
                                      std::span<const Row* const> rows, std::size_t first) {
  std::vector<PostgresCall> calls;
  while (!rows.empty()) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < std::min(rows.size(), statement_rows_max); ++count) {
      bytes += bytes_of(*rows[count]);
      if (count > 0 && bytes > statement_bytes_max) break;
    }
    calls.push_back(array_call(sql, columns, rows.first(count), first));
    rows = rows.subspan(count);
  }
  return calls;
}

std::vector<PostgresCall> write_calls(const Commit& commit) {
  std::vector<PostgresCall> calls;
  if (commit.move) add_move(calls, *commit.move);
  add_parks(calls, commit.parks);
  std::array<Rows, table_count> written;
  std::array<Rows, table_count> erased;
  for (const Change& change : commit.changes) {
    (change.erase ? erased : written)
        .at(static_cast<std::size_t>(change.table))
        .push_back(&change.row);
  }
  for (const Table& target : tables()) {
    const auto index = static_cast<std::size_t>(target.id);
    if (!erased.at(index).empty()) {
      sort_by_key(target, erased.at(index));
      add_calls(calls, erase_postgres_sql(target), key_of(target), erased.at(index), 0);
    }
    if (written.at(index).empty()) continue;
    if (target.sequence) {  // numbered in the order in which they were given
      add_calls(calls, upsert_postgres_sql(target), values_of(target), written.at(index), 1);
    } else {
      sort_by_key(target, written.at(index));
      add_calls(calls, upsert_postgres_sql(target), target.columns, written.at(index), 0);
    }
  }
  return calls;
}

}  // namespace parkwatch
