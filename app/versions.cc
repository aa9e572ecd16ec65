#include "app/versions.h"

#include <algorithm>

namespace parkwatch {

namespace {

enum HistoryColumn : std::size_t { Kind, RowKey, Minute, Content, Replaced, Why, Evidence };

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

std::string state_of(const EpisodeChange& change) {
  if (change.what == EpisodeChange::What::Withdrawn) return "withdrawn";
  if (change.what == EpisodeChange::What::Superseded) return "superseded";
  return change.span.resolved ? "resolved" : "open";
}

Row event_row(const EpisodeSubject& subject, const EpisodeChange& change, EventTime minute,
              const std::vector<EpisodeSpan>& base) {
  const auto former = std::find_if(base.begin(), base.end(), [&](const EpisodeSpan& span) {
    return span.first == change.span.first;
  });
  return {change.id,
          cell(minute),
          event_name(former == base.end() ? nullptr : &*former, change),
          state_of(change),
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

}  // namespace

void Versions::put_episodes(const EpisodeSubject& subject, const EpisodeLog& stored,
                            const EpisodeLog& log, const std::vector<EpisodeSpan>& before,
                            const std::vector<EpisodeSpan>& now, const std::string& severity) {
  for (const EpisodeChange& change : compare_episodes(subject, before, now)) {
    if (change.what == EpisodeChange::What::Written) {
      rows_.put(TableId::Episode,
                episode_row(subject, change.id, change.span, severity, log.minute()));
    } else {
      rows_.erase(TableId::Episode, {change.id});
    }
  }
  // The events of the same minute so far give way to those that the whole minute leaves.
  if (stored.minute() == log.minute()) {
    for (const EpisodeChange& change : compare_episodes(subject, stored.base(), before)) {
      rows_.erase(TableId::EpisodeEvent, {change.id, cell(log.minute())});
    }
  }
  for (const EpisodeChange& change : compare_episodes(subject, log.base(), now)) {
    rows_.put(TableId::EpisodeEvent, event_row(subject, change, log.minute(), log.base()));
  }
}

}  // namespace parkwatch
