#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/schema.h"
#include "storage/store.h"

namespace parkwatch {

enum class ExportFormat : std::uint8_t { Csv, JsonLines };

/// Which rows are printed, and how.
struct ExportRequest {
  std::optional<std::int64_t>
      from_ms;  // rows of [from, to) by the table's period column, if it has one
  std::optional<std::int64_t> to_ms;
  ExportFormat format = ExportFormat::Csv;
  bool audit = false;       // also the columns that may differ between equal stores
  bool name_table = false;  // for several tables in one output: a line, or a member, with the name
};

/// Takes the text of one or more whole lines.
using TextSink = std::function<void(std::string_view text)>;

/// Appends a cell as JSON Lines has it: decimals and times as strings, null for nothing. Bytes of a
/// text that are not UTF-8 become U+FFFD.
void append_json_cell(std::string& line, ColumnType type, const Cell& cell);

/// Prints rows of one table in a form that depends on nothing but the rows: UTC times in ISO 8601
/// with Z, decimals without trailing zeros, true and false, empty (JSON: null) for null, bytes as
/// NAME_bytes and NAME_sha256.
/// CSV: RFC 4180 with line feeds and a line of names. JSON Lines: one object a row, decimals as
/// strings; bytes of a text that are not UTF-8 become U+FFFD.
class RowPrinter {
 public:
  /// Prints the name line of CSV at once.
  RowPrinter(std::string_view table, std::span<const Column> columns, const ExportRequest& request,
             TextSink sink);
  /// As many cells as columns.
  void row(std::span<const Cell> cells);

 private:
  /// A printed column: a stored one as it is, or the length or digest of its bytes.
  struct Field {
    enum class Part : std::uint8_t { Value, Length, Hash };
    std::string name;
    std::size_t column;
    ColumnType type;
    Part part = Part::Value;
  };
  void print_names();
  void append(const Field& field, const Cell& cell);

  std::vector<Field> fields_;
  std::size_t columns_;
  ExportFormat format_;
  TextSink sink_;
  std::string line_begin_;  // of JSON: the brace, and the table's name when asked for
  std::string line_;
};

/// A cell as the export prints it, without quotes; null as nothing.
std::string printed(ColumnType type, const Cell& cell);

/// The column that from and to select by; nothing for a table that is not about a period.
std::optional<std::size_t> period_column(const Table& table);

/// Prints a table in key order.
void export_table(Store& store, const Table& table, const ExportRequest& request,
                  const TextSink& sink);

/// Prints topic, partition, offset and SHA-256 of the payload (empty for a tombstone) of every raw
/// record; from and to select by the broker's append time. Throws DamagedEvidence.
void export_evidence(Store& store, const ExportRequest& request, const TextSink& sink);

}  // namespace parkwatch
