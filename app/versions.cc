#include "app/versions.h"

#include <algorithm>
#include <chrono>

#include "app/causes.h"

namespace parkwatch {

namespace {

enum HistoryColumn : std::size_t { Minute = 2, Content = 3, Replaced = 4, Why = 5, Set = 7 };
enum EpisodeColumn : std::size_t { Severity = 7 };

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
  const bool same_set = text_of(former[columns.registry]) == cause.registry;
  rows_.overwrite(TableId::History, {std::string(table(id).name), history_key(id, former),
                                     former[columns.version_minute], content_text(id, former),
                                     cell(replaced), same_set ? cause.of_data() : cause.of_set(),
                                     cause.evidence, former[columns.registry]});
}

const Row* Versions::last_former(TableId id, const Row& row) {
  const std::vector<const Row*> former =
      rows_.rows(TableId::History, {std::string(table(id).name), history_key(id, row)});
  return former.empty() ? nullptr : former.back();
}

/// Another change in the minute that already made the present version: both are its cause.
void Versions::join_cause(TableId id, const Row& present, const Cause& cause) {
  const Cell& version_minute = present[versioned_columns(id).version_minute];
  if (cause.minute > EventTime(number_of(version_minute))) return;
  const Row* former = last_former(id, present);
  if (former == nullptr || (*former)[Replaced] != version_minute) return;
  Row joined = *former;
  joined[Why] = stronger_cause(text_of(joined[Why]), cause.of_data());
  rows_.put(TableId::History, std::move(joined));
}

/// A closed row goes: what it said is kept, unless it said so within this minute only.
void Versions::drop(TableId id, const Row& present, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  const EventTime present_minute(number_of(present[columns.version_minute]));
  const bool same_set = text_of(present[columns.registry]) == cause.registry;
  if (same_set && cause.minute <= present_minute) return;
  keep_former(id, present, std::max(cause.minute, present_minute), cause);
}

/// A closed violation comes; where it went in this minute only, it never did.
void Versions::come_back(Row& row, const Cause& cause) {
  constexpr TableId id = TableId::Violation;
  const Row* former = last_former(id, row);
  if (former == nullptr || EventTime(number_of((*former)[Replaced])) < cause.minute) return;
  Cell& minute = row[versioned_columns(id).version_minute];
  minute = (*former)[Replaced];
  if (text_of((*former)[Set]) != cause.registry) return;
  if (text_of((*former)[Content]) != content_text(id, row)) return;
  minute = (*former)[Minute];
  rows_.erase(TableId::History, key_cells(TableId::History, *former));
}

void Versions::put(TableId id, Row row, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  const Row* present = rows_.find(id, key_cells(id, row));
  if (present != nullptr && same_content(*present, row, columns)) {
    if (is_closed(row, columns)) join_cause(id, *present, cause);
    if ((*present)[columns.registry] == row[columns.registry]) return;
    row[columns.version_minute] = (*present)[columns.version_minute];
    rows_.put(id, std::move(row));
    return;
  }
  if (!is_closed(row, columns)) {
    if (present != nullptr && is_closed(*present, columns)) drop(id, *present, cause);
    rows_.put(id, std::move(row));
    return;
  }
  if (present == nullptr || !is_closed(*present, columns)) {
    row[columns.version_minute] = cell(cause.minute);
    if (id == TableId::Violation) come_back(row, cause);  // windows stay closed
    rows_.put(id, std::move(row));
    return;
  }
  const EventTime present_minute(number_of((*present)[columns.version_minute]));
  EventTime minute = std::max(cause.minute, present_minute);
  const bool other_set = (*present)[columns.registry] != row[columns.registry];
  if (other_set && minute == present_minute) minute = minute + std::chrono::minutes(1);
  row[columns.version_minute] = cell(minute);
  if (minute != present_minute) {
    keep_former(id, *present, minute, cause);
    rows_.put(id, std::move(row));
    return;
  }
  const Row* former = last_former(id, row);
  if (former != nullptr && text_of((*former)[Content]) == content_text(id, row)) {
    row[columns.version_minute] = (*former)[Minute];
    rows_.erase(TableId::History, key_cells(TableId::History, *former));
  } else {
    join_cause(id, row, cause);
  }
  rows_.put(id, std::move(row));
}

void Versions::erase(TableId id, const Key& key, const Cause& cause) {
  const VersionedColumns columns = versioned_columns(id);
  const Row* present = rows_.find(id, key);
  if (present == nullptr) return;
  if (is_closed(*present, columns)) drop(id, *present, cause);
  rows_.erase(id, key);
}

/// When a window of the subject's outlet first closed; nothing where no row of it is closed.
std::optional<EventTime> Versions::first_closed(const EpisodeSubject& subject, EventTime window) {
  const VersionedColumns columns = versioned_columns(TableId::OutletWindow);
  std::optional<std::int64_t> first;
  for (const Row* row : rows_.rows(TableId::OutletWindow,
                                   {subject.park, subject.span, cell(window), subject.outlet})) {
    if (!is_closed(*row, columns)) continue;
    const std::vector<const Row*> former = rows_.rows(
        TableId::History,
        {std::string(table(TableId::OutletWindow).name), history_key(TableId::OutletWindow, *row)});
    const std::int64_t minute =
        number_of(former.empty() ? (*row)[columns.version_minute] : (*former.front())[Minute]);
    first = std::min(first.value_or(minute), minute);
  }
  if (!first) return std::nullopt;
  return EventTime(*first);
}

namespace {

std::string state_of(const EpisodeChange& change) {
  if (change.what == EpisodeChange::What::Withdrawn) return "withdrawn";
  if (change.what == EpisodeChange::What::Superseded) return "superseded";
  return change.span.resolved ? "resolved" : "open";
}

}  // namespace

Row Versions::event_row(const EpisodeSubject& subject, const EpisodeChange& change,
                        EventTime minute, const std::vector<EpisodeSpan>& base) {
  const auto former = std::find_if(base.begin(), base.end(), [&](const EpisodeSpan& span) {
    return span.first == change.span.first;
  });
  const std::string event = event_name(former == base.end() ? nullptr : &*former, change);
  // Only data that came after a closing can take an episode back, or open one in hindsight.
  bool retroactive = change.what != EpisodeChange::What::Written;
  if (event == "opened") {
    const std::optional<EventTime> closed = first_closed(subject, change.span.first);
    retroactive = closed && *closed < minute;
  }
  return {change.id,
          cell(minute),
          event,
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
          change.superseded_by,
          std::int64_t{retroactive ? 1 : 0}};
}

/// An episode that stays as it is may have become more or less grave.
void Versions::put_severities(const EpisodeSubject& subject, const std::vector<EpisodeSpan>& now,
                              const SeverityOf& severity) {
  if (subject.span != "event") return;
  for (const EpisodeSpan& span : now) {
    const Row* present = rows_.find(TableId::Episode, {episode_id(subject, span.first)});
    if (present == nullptr || text_of((*present)[Severity]) == severity(span.first)) continue;
    Row row = *present;
    row[Severity] = severity(span.first);
    rows_.put(TableId::Episode, std::move(row));
  }
}

void Versions::put_episodes(const EpisodeSubject& subject, const EpisodeLog& stored,
                            const EpisodeLog& log, const std::vector<EpisodeSpan>& before,
                            const std::vector<EpisodeSpan>& now, const SeverityOf& severity) {
  put_severities(subject, now, severity);
  for (const EpisodeChange& change : compare_episodes(subject, before, now)) {
    if (change.what == EpisodeChange::What::Written) {
      rows_.put(TableId::Episode, episode_row(subject, change.id, change.span,
                                              severity(change.span.first), log.minute()));
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
