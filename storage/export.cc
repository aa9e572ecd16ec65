#include "storage/export.h"

#include <algorithm>
#include <utility>

#include "model/check.h"
#include "model/csv.h"
#include "model/decimal.h"
#include "model/time.h"
#include "storage/digest.h"
#include "storage/evidence.h"
#include "storage/text_form.h"

namespace parkwatch {

namespace {

std::string number_text(ColumnType type, std::int64_t number) {
  switch (type) {
    case ColumnType::Boolean:
      return number == 0 ? "false" : "true";
    case ColumnType::Time:
      return utc_text(number);
    case ColumnType::Decimal6:
      return fixed_text(number, 6);
    case ColumnType::Decimal9:
      return fixed_text(number, 9);
    case ColumnType::Integer:
    case ColumnType::Text:
    case ColumnType::Blob:
      return std::to_string(number);
  }
  return {};
}

void append_csv(std::string& line, ColumnType type, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    line += number_text(type, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    append_csv_text(line, *text);
  }
}

}  // namespace

void append_json_cell(std::string& line, ColumnType type, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    // Exact only as text: most readers turn a JSON number with a fraction into a binary one.
    const bool quoted =
        type == ColumnType::Time || type == ColumnType::Decimal6 || type == ColumnType::Decimal9;
    if (quoted) line += '"';
    line += number_text(type, *number);
    if (quoted) line += '"';
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    append_json_text(line, *text);
  } else {
    line += "null";
  }
}

namespace {

bool within(const ExportRequest& request, std::int64_t at) {
  return (!request.from_ms || at >= *request.from_ms) && (!request.to_ms || at < *request.to_ms);
}

std::optional<std::size_t> column_named(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  check(found != table.columns.end() && found->type == ColumnType::Time);
  return static_cast<std::size_t>(found - table.columns.begin());
}

constexpr Column evidence_columns[] = {{"topic", ColumnType::Text},
                                       {"partition", ColumnType::Integer},
                                       {"offset", ColumnType::Integer},
                                       {"digest", ColumnType::Text}};

}  // namespace

std::string printed(ColumnType type, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return number_text(type, *number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

RowPrinter::RowPrinter(std::string_view table, std::span<const Column> columns,
                       const ExportRequest& request, TextSink sink)
    : columns_(columns.size()), format_(request.format), sink_(std::move(sink)) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name(columns[i].name);
    if (columns[i].audit && !request.audit) continue;
    if (columns[i].type == ColumnType::Blob) {
      fields_.push_back({name + "_bytes", i, ColumnType::Integer, Field::Part::Length});
      fields_.push_back({name + "_sha256", i, ColumnType::Text, Field::Part::Hash});
    } else {
      fields_.push_back({name, i, columns[i].type});
    }
  }
  if (format_ == ExportFormat::Csv) {
    if (request.name_table) sink_("# " + std::string(table) + "\n");
    print_names();
  } else {
    line_begin_ = request.name_table ? "{\"table\":\"" + std::string(table) + "\"," : "{";
  }
}

void RowPrinter::print_names() {
  for (const Field& field : fields_) line_ += (line_.empty() ? "" : ",") + field.name;
  line_ += '\n';
  sink_(line_);
}

void RowPrinter::append(const Field& field, const Cell& cell) {
  const auto print = format_ == ExportFormat::Csv ? append_csv : append_json_cell;
  const auto* bytes = std::get_if<std::string>(&cell);
  if (bytes == nullptr || field.part == Field::Part::Value) return print(line_, field.type, cell);
  if (field.part == Field::Part::Hash) return print(line_, field.type, sha256_hex(*bytes));
  print(line_, field.type, static_cast<std::int64_t>(bytes->size()));
}

void RowPrinter::row(std::span<const Cell> cells) {
  check(cells.size() == columns_);
  line_ = line_begin_;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i != 0) line_ += ',';
    if (format_ == ExportFormat::JsonLines)
      line_.append("\"").append(fields_[i].name).append("\":");
    append(fields_[i], cells[fields_[i].column]);
  }
  line_ += format_ == ExportFormat::Csv ? "\n" : "}\n";
  sink_(line_);
}

std::optional<std::size_t> period_column(const Table& table) {
  switch (table.id) {
    case TableId::OutletWindow:
    case TableId::Verdict:
    case TableId::Quality:
    case TableId::Contribution:
    case TableId::ClusterWindow:
    case TableId::Dirty:
    case TableId::Violation:
    case TableId::Substitution:
      return column_named(table, "start");
    case TableId::Capture:
      return column_named(table, "quarter");
    case TableId::MassHours:
      return column_named(table, "day");
    case TableId::Episode:
      return column_named(table, "first_window");
    case TableId::EpisodeEvent:
    case TableId::History:
      return column_named(table, "minute");
    case TableId::DeadLetter:
    case TableId::Document:
    case TableId::Mark:
      return column_named(table, "received");
    case TableId::DeviceHour:
      return column_named(table, "hour");
    case TableId::Park:
    case TableId::Trail:
    case TableId::Operation:
    case TableId::Series:
    case TableId::MarkedMinute:
    case TableId::Rejudge:
    case TableId::Outbox:
    case TableId::Segment:
    case TableId::LogGap:
    case TableId::Progress:
    case TableId::Counter:
    case TableId::ActiveSet:
    case TableId::RegistrySet:
      return std::nullopt;
  }
  return std::nullopt;
}

void export_table(Store& store, const Table& table, const ExportRequest& request,
                  const TextSink& sink) {
  const bool bounded = request.from_ms || request.to_ms;
  const std::optional<std::size_t> period = bounded ? period_column(table) : std::nullopt;
  RowPrinter printer(table.name, table.columns, request, sink);
  store.scan(table.id, {}, {}, 0, [&](const Row& row) {
    if (!is_result(table, row)) return;
    if (period) {
      const auto* at = std::get_if<std::int64_t>(&row[*period]);
      if (at == nullptr || !within(request, *at)) return;
    }
    printer.row(row);
  });
}

void export_evidence(Store& store, const ExportRequest& request, const TextSink& sink) {
  RowPrinter printer("evidence", evidence_columns, request, sink);
  read_evidence(store, [&](const PartitionId& id, const EvidenceRecord& record) {
    if (!within(request, record.append_time_ms)) return;
    const Cell digest = record.tombstone ? Cell() : Cell(sha256_hex(record.payload));
    const Cell cells[] = {id.topic, std::int64_t{id.partition}, record.offset, digest};
    printer.row(cells);
  });
}

}  // namespace parkwatch
