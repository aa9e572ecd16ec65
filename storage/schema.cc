#include "storage/schema.h"

#include <algorithm>
#include <array>

#include "model/check.h"

namespace parkwatch {

namespace {

using enum ColumnType;

constexpr Column outlet_window[] = {{"park", Text},
                                    {"span", Text},
                                    {"start", Time},
                                    {"outlet", Text},
                                    {"factor", Text},
                                    {"phase", Text},
                                    {"state", Text},
                                    {"value", Decimal6},
                                    {"converted", Decimal6},
                                    {"minimum", Decimal6},
                                    {"maximum", Decimal6},
                                    {"samples", Integer},
                                    {"valid_minutes", Integer},
                                    {"invalid_minutes", Integer},
                                    {"converted_minutes", Integer},
                                    {"volume_m3", Decimal6},
                                    {"mass_kg", Decimal9},
                                    {"mass_state", Text},
                                    {"reported", Decimal6},
                                    {"recomputed", Decimal6},
                                    {"source", Text},
                                    {"first_arrival", Time},
                                    {"version_minute", Time, true},
                                    {"registry", Text, true}};

constexpr Column verdict[] = {{"park", Text},
                              {"span", Text},
                              {"start", Time},
                              {"outlet", Text},
                              {"factor", Text},
                              {"limit_id", Text},
                              {"phase", Text},
                              {"state_before_marks", Text},
                              {"state", Text},
                              {"value", Decimal6},
                              {"lower_limit", Decimal6},
                              {"limit_value", Decimal6},
                              {"ratio", Decimal6},
                              {"leads", Boolean},
                              {"unsure", Boolean},
                              {"note", Text},
                              {"version_minute", Time, true},
                              {"registry", Text, true}};

constexpr Column quality[] = {{"park", Text},   {"span", Text},   {"start", Time},
                              {"outlet", Text}, {"factor", Text}, {"finding", Text},
                              {"detail", Text}};

constexpr Column contribution[] = {
    {"cluster", Text}, {"span", Text},       {"start", Time},           {"factor", Text},
    {"park", Text},    {"phase", Text},      {"gross_kg", Decimal9},    {"additive_kg", Decimal9},
    {"due", Integer},  {"present", Integer}, {"estimated_kg", Decimal9}};

constexpr Column cluster_window[] = {{"cluster", Text},
                                     {"span", Text},
                                     {"start", Time},
                                     {"factor", Text},
                                     {"phase", Text},
                                     {"mass_kg", Decimal9},
                                     {"additive_kg", Decimal9},
                                     {"equivalents", Decimal6},
                                     {"due", Integer},
                                     {"present", Integer},
                                     {"completeness", Decimal6},
                                     {"estimated_share", Decimal6},
                                     {"parks", Text}};

constexpr Column episode[] = {{"id", Text},
                              {"rule", Text},
                              {"park", Text},
                              {"outlet", Text},
                              {"factor", Text},
                              {"limit_id", Text},
                              {"span", Text},
                              {"severity", Text},
                              {"state", Text},
                              {"first_window", Time},
                              {"last_window", Time},
                              {"windows", Integer},
                              {"resolved_window", Time},
                              {"version_minute", Time, true}};

constexpr Column episode_event[] = {{"id", Text},
                                    {"minute", Time},
                                    {"event", Text},
                                    {"state", Text},
                                    {"rule", Text},
                                    {"park", Text},
                                    {"outlet", Text},
                                    {"factor", Text},
                                    {"limit_id", Text},
                                    {"first_window", Time},
                                    {"last_window", Time},
                                    {"windows", Integer},
                                    {"resolved_window", Time},
                                    {"superseded_by", Text},
                                    {"retroactive", Boolean}};

constexpr Column history[] = {{"kind", Text},           {"row_key", Text},         {"minute", Time},
                              {"content", Text},        {"replaced_minute", Time}, {"cause", Text},
                              {"evidence", Text, true}, {"registry", Text, true}};

constexpr Column dead_letter[] = {{"digest", Text},
                                  {"reason", Text},
                                  {"payload", Blob},
                                  {"detail", Text, true},
                                  {"topic", Text, true},
                                  {"partition", Integer, true},
                                  {"record_offset", Integer, true},
                                  {"received", Time, true},
                                  {"times", Integer, true},
                                  {"redriven", Text, true}};

constexpr Column document[] = {{"park", Text}, {"type", Text},     {"source", Text},
                               {"id", Text},   {"received", Time}, {"content", Text}};

constexpr Column violation[] = {{"park", Text},
                                {"rule", Text},
                                {"subject", Text},
                                {"start", Time},
                                {"phase", Text},
                                {"state", Text},
                                {"end", Time},
                                {"due", Time},
                                {"severity", Text},
                                {"mass_kg", Decimal9},
                                {"basis", Text},
                                {"evidence", Text},
                                {"version_minute", Time, true},
                                {"registry", Text, true}};

constexpr Column mark[] = {{"park", Text},   {"outlet", Text},    {"source", Text},
                           {"id", Text},     {"scheme", Text},    {"mark", Text},
                           {"factor", Text}, {"from_time", Time}, {"to_time", Time},
                           {"author", Text}, {"received", Time},  {"state", Text}};

constexpr Column capture[] = {{"park", Text},       {"outlet", Text},   {"factor", Text},
                              {"quarter", Time},    {"hours", Integer}, {"valid", Integer},
                              {"stopped", Integer}, {"gaps", Integer},  {"rate", Decimal6}};

constexpr Column substitution[] = {{"park", Text},     {"outlet", Text},      {"factor", Text},
                                   {"start", Time},    {"mass_kg", Decimal9}, {"method", Text},
                                   {"run_start", Time}};

constexpr Column mass_hours[] = {
    {"park", Text}, {"outlet", Text}, {"factor", Text}, {"day", Time}, {"content", Blob}};

constexpr Column device_hour[] = {{"mn", Text}, {"hour", Time}, {"content", Blob}};

constexpr Column park[] = {{"park", Text}, {"time", Time}, {"version", Integer, true}};

constexpr Column trail[] = {{"park", Text}, {"rule", Text}, {"subject", Text}, {"content", Blob}};

constexpr Column operation[] = {
    {"park", Text}, {"rule", Text}, {"subject", Text}, {"content", Blob}};

constexpr Column series[] = {{"park", Text}, {"outlet", Text}, {"factor", Text}, {"first", Time}};

constexpr Column marked_minute[] = {{"park", Text},      {"outlet", Text},  {"reach", Text},
                                    {"from_time", Time}, {"to_time", Time}, {"minute", Time}};

constexpr Column dirty[] = {{"id", Integer}, {"cluster", Text}, {"span", Text}, {"start", Time}};

constexpr Column rejudge[] = {
    {"park", Text}, {"from_time", Time}, {"to_time", Time}, {"next_time", Time}, {"cause", Text}};

constexpr Column outbox[] = {{"id", Integer},      {"topic", Text},  {"key", Text},
                             {"message_id", Text}, {"type", Text},   {"time", Time},
                             {"version", Integer}, {"payload", Text}};

constexpr Column segment[] = {{"topic", Text},           {"partition", Integer},
                              {"first_offset", Integer}, {"next_offset", Integer},
                              {"chain_head", Text},      {"content", Blob}};

constexpr Column log_gap[] = {
    {"topic", Text}, {"partition", Integer}, {"first_offset", Integer}, {"next_offset", Integer}};

constexpr Column progress[] = {{"topic", Text},
                               {"partition", Integer},
                               {"next_offset", Integer},
                               {"epoch", Integer},
                               {"chain_head", Text}};

constexpr Column counter[] = {
    {"topic", Text}, {"partition", Integer}, {"name", Text}, {"value", Integer}};

constexpr Column active_set[] = {{"name", Text}, {"hash", Text}};

constexpr Column registry_set[] = {{"hash", Text}, {"content", Blob}, {"activated", Time, true}};

constexpr std::array<Table, table_count> all = {{
    {TableId::OutletWindow, "outlet_window", 5, outlet_window, true, false},
    {TableId::Verdict, "verdict", 6, verdict, true, false},
    {TableId::Quality, "quality", 6, quality, true, false},
    {TableId::Contribution, "contribution", 5, contribution, true, false},
    {TableId::ClusterWindow, "cluster_window", 4, cluster_window, true, false},
    {TableId::Episode, "episode", 1, episode, true, false},
    {TableId::EpisodeEvent, "episode_event", 2, episode_event, true, false},
    {TableId::History, "history", 3, history, true, false},
    {TableId::DeadLetter, "dead_letter", 2, dead_letter, true, false},
    {TableId::Document, "document", 4, document, true, false},
    {TableId::Violation, "violation", 4, violation, true, false},
    {TableId::Mark, "mark", 4, mark, true, false},
    {TableId::Capture, "capture", 4, capture, true, false},
    {TableId::Substitution, "substitution", 4, substitution, true, false},
    {TableId::DeviceHour, "device_hour", 2, device_hour, true, false},
    {TableId::Park, "park", 1, park, true, false},
    {TableId::Trail, "trail", 3, trail, false, false},
    {TableId::Operation, "operation", 3, operation, false, false},
    {TableId::Series, "series", 3, series, false, false},
    {TableId::MarkedMinute, "marked_minute", 4, marked_minute, false, false},
    {TableId::MassHours, "mass_hours", 4, mass_hours, false, false},
    {TableId::Dirty, "dirty", 1, dirty, false, true},
    {TableId::Rejudge, "rejudge", 3, rejudge, false, false},
    {TableId::Outbox, "outbox", 1, outbox, false, true},
    {TableId::Segment, "segment", 3, segment, false, false},
    {TableId::LogGap, "log_gap", 3, log_gap, false, false},
    {TableId::Progress, "progress", 2, progress, false, false},
    {TableId::Counter, "counter", 3, counter, false, false},
    {TableId::ActiveSet, "active_set", 1, active_set, false, false},
    {TableId::RegistrySet, "registry_set", 1, registry_set, false, false},
}};

bool cell_fits(const Column& column, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return true;
  const auto* number = std::get_if<std::int64_t>(&cell);
  const bool bytes_wanted = column.type == Text || column.type == Blob;
  if (bytes_wanted) return number == nullptr;
  if (number == nullptr) return false;
  return column.type != Boolean || *number == 0 || *number == 1;
}

}  // namespace

std::span<const Table> tables() {
  return all;
}

const Table& table(TableId id) {
  const Table& found = all.at(static_cast<std::size_t>(id));
  check(found.id == id);
  return found;
}

bool is_result(const Table& table, const Row& row) {
  constexpr std::size_t park_time = 1;
  return table.id != TableId::Park || !std::holds_alternative<std::monostate>(row[park_time]);
}

bool fits(const Table& table, std::span<const Cell> row) {
  if (row.size() != table.columns.size()) return false;
  if (table.sequence ? !std::holds_alternative<std::monostate>(row[0]) : !key_fits(table, row)) {
    return false;
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!cell_fits(table.columns[i], row[i])) return false;
  }
  return true;
}

bool key_fits(const Table& table, std::span<const Cell> row) {
  if (row.size() < table.key_columns) return false;
  for (std::size_t i = 0; i < table.key_columns; ++i) {
    if (std::holds_alternative<std::monostate>(row[i])) return false;
    if (!cell_fits(table.columns[i], row[i])) return false;
  }
  return true;
}

std::size_t column_of(TableId id, std::string_view name) {
  const auto columns = table(id).columns;
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  check(found != columns.end());
  return static_cast<std::size_t>(found - columns.begin());
}

const Table* find_table(std::string_view name) {
  for (const Table& candidate : all) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

}  // namespace parkwatch
