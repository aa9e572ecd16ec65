#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parkwatch {

/// The tables of the store, in the order in which `parkwatch export` lists them.
enum class TableId : std::uint8_t {
  OutletWindow,
  Verdict,
  Quality,
  Contribution,
  ClusterWindow,
  Episode,
  EpisodeEvent,
  History,
  DeadLetter,
  Document,
  Violation,
  Mark,
  Capture,
  Substitution,
  DeviceHour,
  Park,
  Trail,
  Operation,
  Series,
  MarkedMinute,
  MassHours,
  Dirty,
  Rejudge,
  Outbox,
  Segment,
  LogGap,
  Progress,
  Counter,
  ActiveSet,
  RegistrySet,
};
inline constexpr std::size_t table_count = static_cast<std::size_t>(TableId::RegistrySet) + 1;

enum class ColumnType : std::uint8_t {
  Text,
  Integer,
  Boolean,   // 0 or 1
  Time,      // milliseconds since 1970 UTC; printed in ISO 8601 with Z
  Decimal6,  // units of 10^-6
  Decimal9,  // units of 10^-9
  Blob,      // packed bytes; printed as length and SHA-256
};

struct Column {
  std::string_view name;
  ColumnType type;
  bool audit = false;  // printed only with --audit: it may differ between equal stores
};

/// One table: the first `key_columns` columns identify a row and order the export.
struct Table {
  TableId id;
  std::string_view name;
  std::size_t key_columns;
  std::span<const Column> columns;
  bool compared;  // part of what two stores are compared by
  bool sequence;  // the key is one Integer that the store gives out, ascending, never reused
};

/// All tables, in TableId order. One description for the SQL, the export and the contract tests.
std::span<const Table> tables();
const Table& table(TableId id);
/// Where a table keeps a column that it has.
std::size_t column_of(TableId id, std::string_view name);
/// Nothing known by that name: nullptr.
const Table* find_table(std::string_view name);

/// Null, a number (Integer, Boolean, Time, decimals) or text and bytes.
using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using Row = std::vector<Cell>;  // one cell per column
using Key = std::vector<Cell>;  // the first cells of a row; may be a prefix of the key

/// Whether the row is a result: what several workers may write, but belongs to no park, has a row
/// in the table park that is a version only.
bool is_result(const Table& table, const Row& row);

/// Whether a row can be stored: a cell of the right kind per column, booleans 0 or 1, no null in
/// the key (but the key of a sequence is null: the store gives it out).
bool fits(const Table& table, std::span<const Cell> row);
/// Whether the first cells of a row name one: every key cell, of the right kind, none null.
bool key_fits(const Table& table, std::span<const Cell> row);

}  // namespace parkwatch
