#include "app/versions.h"

#include <algorithm>

namespace parkwatch {

namespace {

enum HistoryColumn : std::size_t { Kind, RowKey, Minute, Content, Replaced, Why, Evidence };
enum EventColumn : std::size_t { Id, EventMinute, Event, State, FirstFact };

std::string cell_text(const Cell& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return {};
}

/// The value columns of a versioned row as `name=value`, times and decimals in their stored units.
std::string content_text(TableId id, const Row& row) {
  const Table& described = table(id);
  std::string text;
  for (std::size_t i = described.key_columns; i < row.size(); ++i) {
    if (described.columns[i].audit) continue;
    if (!text.empty()) text += ';';
    text += std::string(described.columns[i].name) + "=" + cell_text(row[i]);
  }
  return text;
}

bool is_closed(const Row& row, const VersionedColumns& columns) {
  return text_of(row[columns.phase]) == "closed";
}

bool same_content(const Row& a, const Row& b, const VersionedColumns& columns) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i == columns.version_minute || i == columns.registry) continue;
    if (a[i] != b[i]) return false;
  }
  return true;
}

Key key_cells(TableId id, const Row& row) {
  return {row.begin(), row.begin() + static_cast<std::ptrdiff_t>(table(id).key_columns)};
}

}  // namespace

std::string history_key(TableId id, const Row& row) {
  const Table& described = table(id);
  std::string text;
  for (std::size_t i = 0; i < described.key_columns; ++i) {
    if (i != 0) text += '|';
    text += described.columns[i].type == ColumnType::Time ? utc_text(number_of(row[i]))
                                                          : cell_text(row[i]);
  }
  return text;
}

void Versions::keep_former(TableId id, const Row& former, EventTime replaced, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  rows_.put(TableId::History,
            {std::string(table(id).name), history_key(id, former), former[columns.version_minute],
             content_text(id, former), cell(replaced), cause.why, cause.evidence});
}

void Versions::put(TableId id, Row row, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  const Row* present = rows_.find(id, key_cells(id, row));
  if (present != nullptr && same_content(*present, row, columns)) return;
  if (!is_closed(row, columns)) {
    rows_.put(id, std::move(row));
    return;
  }
  if (present == nullptr || !is_closed(*present, columns)) {
    row[columns.version_minute] = cell(cause.minute);
    rows_.put(id, std::move(row));
    return;
  }
  const EventTime present_minute(number_of((*present)[columns.version_minute]));
  const EventTime minute = std::max(cause.minute, present_minute);
  row[columns.version_minute] = cell(minute);
  if (minute != present_minute) {
    keep_former(id, *present, minute, cause);
    rows_.put(id, std::move(row));
    return;
  }
  const std::vector<const Row*> former =
      rows_.rows(TableId::History, {std::string(table(id).name), history_key(id, row)});
  if (!former.empty() && text_of((*former.back())[Content]) == content_text(id, row)) {
    row[columns.version_minute] = (*former.back())[Minute];
    rows_.erase(TableId::History, key_cells(TableId::History, *former.back()));
  }
  rows_.put(id, std::move(row));
}

void Versions::erase(TableId id, const Key& key, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  const Row* present = rows_.find(id, key);
  if (present == nullptr) return;
  if (is_closed(*present, columns)) {
    const EventTime present_minute(number_of((*present)[columns.version_minute]));
    keep_former(id, *present, std::max(cause.minute, present_minute), cause);
  }
  rows_.erase(id, key);
}

namespace {

std::string event_name(const std::string& before, const std::string& after) {
  if (before.empty()) return "opened";
  if (after == "withdrawn" || after == "superseded") return after;
  if (after == before) return "updated";
  if (after == "resolved") return "resolved";
  return "reopened";
}

Row event_row(const EpisodeSubject& subject, const EpisodeChange& change, EventTime minute,
              const std::string& before) {
  std::string state = change.span.resolved ? "resolved" : "open";
  if (change.what == EpisodeChange::What::Withdrawn) state = "withdrawn";
  if (change.what == EpisodeChange::What::Superseded) state = "superseded";
  return {change.id,
          cell(minute),
          event_name(before, state),
          state,
          subject.rule,
          subject.park,
          subject.outlet,
          subject.factor,
          subject.limit_id,
          cell(change.span.first),
          cell(change.span.last),
          change.span.windows,
          change.span.resolved ? cell(*change.span.resolved) : Cell{},
          change.superseded_by};
}

/// Whether two events leave the episode in the same state.
bool same_state(const Row& a, const Row& b) {
  return std::equal(a.begin() + State, a.end(), b.begin() + State);
}

bool ended(const Row& event) {
  return text_of(event[State]) == "withdrawn" || text_of(event[State]) == "superseded";
}

}  // namespace

void Versions::put_episode(const EpisodeSubject& subject, const EpisodeChange& change,
                           const std::string& severity, const Cause& cause) {
  if (change.what == EpisodeChange::What::Written) {
    rows_.put(TableId::Episode,
              episode_row(subject, change.id, change.span, severity, cause.minute));
  } else {
    rows_.erase(TableId::Episode, {change.id});
  }
  const std::vector<const Row*> events = rows_.rows(TableId::EpisodeEvent, {change.id});
  const Row* last = events.empty() ? nullptr : events.back();
  EventTime minute = cause.minute;
  const Row* base = last;
  Key replaced;
  if (last != nullptr) {
    const EventTime last_minute(number_of((*last)[EventMinute]));
    minute = std::max(minute, last_minute);
    if (minute == last_minute) {
      replaced = key_cells(TableId::EpisodeEvent, *last);
      base = events.size() > 1 ? events[events.size() - 2] : nullptr;
    }
  }
  Row event = event_row(subject, change, minute, base == nullptr ? "" : text_of((*base)[State]));
  const bool back = base == nullptr ? ended(event) : same_state(event, *base);
  if (back) {
    if (!replaced.empty()) rows_.erase(TableId::EpisodeEvent, replaced);
    return;
  }
  rows_.put(TableId::EpisodeEvent, std::move(event));
}

}  // namespace parkwatch
