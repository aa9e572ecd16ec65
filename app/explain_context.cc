#include "app/explain_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/decoder_options.h"
#include "app/row_difference.h"
#include "app/versions.h"
#include "storage/evidence.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

constexpr std::size_t short_hash = 12;

/// A version's content as a row of the table: only the columns it tells of are set.
Row row_of_content(const Table& table, const Row& keys, std::string_view content) {
  Row row(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(table.key_columns));
  row.resize(table.columns.size());
  for (std::size_t i = table.key_columns; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.audit) continue;
    // Columns stand in the table's order; what a text says is not cut at its own semicolons.
    const std::string begin = std::string(column.name) + "=";
    if (!content.starts_with(begin)) continue;
    content.remove_prefix(begin.size());
    std::size_t end = content.size();
    for (std::size_t next = i + 1; next < table.columns.size(); ++next) {
      if (table.columns[next].audit) continue;
      end = content.find(";" + std::string(table.columns[next].name) + "=");
      break;
    }
    const std::string_view text = content.substr(0, end);
    content.remove_prefix(std::min(content.size(), text.size() + 1));
    const bool as_text = column.type == ColumnType::Text;
    if (as_text) row[i] = std::string(text);
    if (!as_text && !text.empty()) row[i] = std::stoll(std::string(text));
  }
  return row;
}

std::string changes_between(TableId id, const Row& former, const Row& next) {
  const std::string line = difference_line(id, &former, &next);
  const std::size_t colon = line.find(": ");
  return colon == std::string::npos ? "" : line.substr(colon + 2);
}

std::string readable(std::string_view payload) {
  std::string text;
  for (const char byte : payload) {
    const auto code = static_cast<unsigned char>(byte);
    text += code < 0x20 || code == 0x7F ? fmt::format("\\x{:02x}", code) : std::string(1, byte);
  }
  return text;
}

}  // namespace

ExplainContext::ExplainContext(Store& store, const std::string& hash, std::string keys)
    : store_(store),
      set_(stored_set(store, hash)),
      plan_(make_plan(set_)),
      keys_(std::move(keys)),
      rows_(store),
      hours_(store) {}

DeviceHours ExplainContext::device_hours() {
  return [this](std::string_view mn, EventTime hour) { return hours_.find(mn, hour); };
}

void ExplainContext::add_set(Explanation& explanation) {
  ExplainedSection& section = explanation.add("Registry and rules");
  section.fact("set", set_.hash);
  const Key key{set_.hash};
  store_.read(TableId::RegistrySet, std::span(&key, 1), [&](const Row& row) {
    section.fact("active since", printed(ColumnType::Time, row[2]));
  });
  const std::string active = store_.active_set();
  if (active != set_.hash) {
    section.fact("active now", active);
    section.notes.push_back("Another set is active now; this row has not been touched by it.");
  }
}

void ExplainContext::add_history(Explanation& explanation, TableId id, const Row& row) {
  ExplainedSection& section = explanation.add("Former versions");
  const Table& described = table(id);
  const Key prefix{std::string(described.name), history_key(id, row)};
  std::vector<Row> former;
  store_.read(TableId::History, std::span(&prefix, 1),
              [&](const Row& version) { former.push_back(version); });
  if (former.empty()) {
    section.notes.push_back("None: the row is as it was when its window closed.");
    return;
  }
  section.columns = {"from", "replaced", "cause", "by record", "set", "what the next changed"};
  for (std::size_t i = 0; i < former.size(); ++i) {
    const Row next =
        i + 1 < former.size() ? row_of_content(described, row, text_of(former[i + 1][3])) : row;
    const Row version = row_of_content(described, row, text_of(former[i][3]));
    const std::string evidence = printed(ColumnType::Text, former[i][6]);
    section.rows.push_back({printed(ColumnType::Time, former[i][2]),
                            printed(ColumnType::Time, former[i][4]),
                            printed(ColumnType::Text, former[i][5]),
                            evidence.starts_with("set/") ? "another set" : evidence,
                            printed(ColumnType::Text, former[i][7]).substr(0, short_hash),
                            changes_between(id, version, next)});
  }
}

void ExplainContext::add_evidence(Explanation& explanation, const std::vector<Reports>& wanted) {
  ExplainedSection& section = explanation.add("Raw records");
  section.columns = {"topic/partition@offset", "received", "report", "data time", "as received"};
  Decoder decoder(decoder_options(set_, keys_, true));
  read_evidence(store_, [&](const PartitionId& id, const EvidenceRecord& record) {
    const bool named = std::any_of(wanted.begin(), wanted.end(), [&](const Reports& reports) {
      return record.payload.find(reports.mn) != std::string::npos;
    });
    if (!named) return;
    const RecordView view = view_of(record);
    const Result<const Decoded*, Reason> decoded = decoder.decode(view);
    if (!decoded || (*decoded)->type != RecordType::Reading) return;
    const Reading& reading = (*decoded)->reading;
    const bool shown = std::any_of(wanted.begin(), wanted.end(), [&](const Reports& reports) {
      return reading.mn == reports.mn && reports.kinds.contains(reading.kind) &&
             reports.from <= reading.time && reading.time < reports.to;
    });
    if (!shown) return;
    const std::int64_t received = record.received_ms >= 0 ? record.received_ms
                                  : reading.received      ? reading.received->milliseconds()
                                                          : record.append_time_ms;
    section.rows.push_back({position_text({id, record.offset}),
                            received < 0 ? "end of its interval" : utc_text(received),
                            kind_text(reading.kind), utc_text(reading.time),
                            readable(record.payload)});
  });
  if (section.rows.empty()) section.notes.push_back("No record tells of this window.");
}

std::string local_text(const Zone& zone, EventTime at) {
  const std::chrono::minutes offset = zone.offset_at(at);
  const std::string shifted = utc_text(at + offset);
  const std::int64_t minutes = std::abs(offset.count());
  return shifted.substr(0, 10) + " " + shifted.substr(11, 5) +
         fmt::format(" {}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string validity_text(const Zone& zone, const Validity& validity) {
  const bool begins = validity.from != Validity{}.from;
  const bool ends = validity.to != Validity{}.to;
  if (!begins && !ends) return "always";
  std::string text = begins ? "from " + local_text(zone, validity.from) : "";
  if (ends) text += (begins ? " " : "") + ("until " + local_text(zone, validity.to));
  return text + (ends ? "" : " on");
}

std::string kind_text(Kind kind) {
  switch (kind) {
    case Kind::Realtime:
      return "sample (2011)";
    case Kind::Minute:
      return "minute (2051)";
    case Kind::Hour:
      return "hour (2061)";
    case Kind::Day:
      return "day (2031)";
    case Kind::Status:
      return "run state (2021)";
  }
  return {};
}

}  // namespace parkwatch
