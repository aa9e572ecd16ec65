#include "app/outbox.h"

#include <algorithm>
#include <array>

#include "app/cluster_step.h"
#include "app/faults.h"
#include "app/rows.h"
#include "app/versions.h"
#include "ingest/base64.h"
#include "ingest/topics.h"
#include "model/check.h"
#include "storage/digest.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

/// What a table's rows become.
struct Told {
  TableId table;
  std::string_view name;  // in topics.publish
  bool Publishing::*wanted;
  std::string_view topic;
  std::string_view type;   // of the CloudEvent
  std::string_view park;   // column with the park whose version counts; empty: another version
  std::string_view phase;  // column with the phase; empty where everything is final
  std::string_view time;   // column with the event time
};

constexpr std::array<Told, 9> told = {{
    {TableId::OutletWindow, "windows", &Publishing::windows, windows_topic, "parkwatch.window.v1",
     "park", "phase", "start"},
    {TableId::Verdict, "verdicts", &Publishing::verdicts, verdicts_topic, "parkwatch.verdict.v1",
     "park", "phase", "start"},
    {TableId::EpisodeEvent, "alerts", &Publishing::alerts, alerts_topic, "parkwatch.alert.v1",
     "park", "", "minute"},
    {TableId::Contribution, "contributions", &Publishing::contributions, contributions_topic,
     "parkwatch.contribution.v1", "park", "phase", "start"},
    {TableId::ClusterWindow, "clusters", &Publishing::clusters, clusters_topic,
     "parkwatch.cluster.v1", "", "phase", "start"},
    // A due date, which has the phase `open`, is told too: the same row may be one again.
    {TableId::Violation, "violations", &Publishing::violations, violations_topic,
     "parkwatch.violation.v1", "park", "", "start"},
    {TableId::Quality, "quality", &Publishing::quality, quality_topic, "parkwatch.quality.v1",
     "park", "", "start"},
    {TableId::Mark, "marks", &Publishing::marks, marks_topic, "parkwatch.mark.v1", "park", "",
     "from_time"},
    {TableId::DeadLetter, "dead", &Publishing::dead, dead_topic, "parkwatch.dead.v1", "", "",
     "received"},
}};

const Told* told_of(TableId id) {
  const auto found =
      std::find_if(told.begin(), told.end(), [&](const Told& each) { return each.table == id; });
  return found == told.end() ? nullptr : &*found;
}

std::int64_t park_version(const Commit& commit, const std::string& park) {
  const auto found = std::find_if(commit.parks.begin(), commit.parks.end(),
                                  [&](const ParkVersion& version) { return version.park == park; });
  check(found != commit.parks.end());
  return found->version + 1;
}

/// A dead letter's version rises with each copy, and once more when it was sent back.
std::int64_t dead_version(const Row& row) {
  const std::int64_t times = number_of(row[column_of(TableId::DeadLetter, "times")]);
  const Cell& redriven = row[column_of(TableId::DeadLetter, "redriven")];
  return times * 2 + (redriven == Cell() || text_of(redriven).empty() ? 0 : 1);
}

std::int64_t version_of(const Commit& commit, const Told& what, const Row& row) {
  if (!what.park.empty()) {
    return park_version(commit, text_of(row[column_of(what.table, what.park)]));
  }
  if (what.table == TableId::DeadLetter) return dead_version(row);
  check(commit.move && commit.move->id == cluster_turn);
  return commit.move->next_offset;
}

/// The whole row as one JSON object, bytes as base64, and its version.
std::string payload_of(const Told& what, const Row& row, std::int64_t version) {
  const std::span<const Column> columns = table(what.table).columns;
  std::string text = "{";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    text.append("\"").append(columns[i].name).append("\":");
    const auto* bytes = std::get_if<std::string>(&row[i]);
    if (columns[i].type == ColumnType::Blob && bytes != nullptr) {
      text.append("\"").append(base64_encode(*bytes)).append("\"");
    } else {
      append_json_cell(text, columns[i].type, row[i]);
    }
    text += ',';
  }
  return text + "\"version\":" + std::to_string(version) + "}";
}

Row message_of(const Commit& commit, const Told& what, const Change& change) {
  const std::string key = history_key(what.table, change.row);
  const std::int64_t version = version_of(commit, what, change.row);
  const std::string name = std::string(what.topic) + '\n' + key + '\n' + std::to_string(version);
  constexpr std::size_t id_length = 32;
  const Cell& time = change.row[column_of(what.table, what.time)];
  return {Cell{},
          std::string(what.topic),
          key,
          sha256_hex(name).substr(0, id_length),
          std::string(what.type),
          time,
          version,
          change.erase ? Cell{} : Cell(payload_of(what, change.row, version))};
}

}  // namespace

Publishing Publishing::parse(std::string_view names) {
  Publishing publishing;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    bool known = name == "none";
    for (const Told& each : told) {
      if (name != "all" && name != each.name) continue;
      publishing.*each.wanted = known = true;
    }
    if (!known) throw UsageError("nothing is published as " + std::string(name));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  return publishing;
}

std::vector<std::string> Publishing::topics() const {
  std::vector<std::string> names;
  for (const Told& each : told) {
    if (this->*each.wanted) names.emplace_back(each.topic);
  }
  return names;
}

void add_messages(Commit& commit, const Publishing& publishing) {
  if (!publishing.any()) return;
  const std::size_t rows = commit.changes.size();
  for (std::size_t i = 0; i < rows; ++i) {
    const Change& change = commit.changes[i];
    const Told* what = told_of(change.table);
    if (what == nullptr || !(publishing.*what->wanted)) continue;
    const bool open =
        !what->phase.empty() && text_of(change.row[column_of(what->table, what->phase)]) == "open";
    if (open && !publishing.open) continue;
    Row message = message_of(commit, *what, change);
    commit.changes.push_back({TableId::Outbox, std::move(message), false});
  }
}

OutboxMessage outbox_message(const Row& row) {
  OutboxMessage message;
  message.id = number_of(row[0]);
  message.topic = text_of(row[1]);
  message.key = text_of(row[2]);
  message.message_id = text_of(row[3]);
  message.type = text_of(row[4]);
  message.time_ms = number_of(row[5]);
  message.version = number_of(row[6]);
  message.removed = row[7] == Cell();
  if (!message.removed) message.payload = text_of(row[7]);
  return message;
}

}  // namespace parkwatch
