#include "storage/overlay_store.h"

#include "model/check.h"
#include "storage/key_order.h"

namespace parkwatch {

namespace {

std::string key_of(const Table& table, const Row& row) {
  return ordered_key(std::span(row).first(table.key_columns));
}

Key progress_key(const PartitionId& id) {
  return {id.topic, std::int64_t{id.partition}};
}

constexpr std::size_t park_version_column = 2;

}  // namespace

Checkpoint OverlayStore::claim(const PartitionId& partition) {
  Checkpoint checkpoint;
  if (const std::optional<Row> row = find(TableId::Progress, progress_key(partition))) {
    checkpoint.next_offset = std::get<std::int64_t>((*row)[2]);
    checkpoint.epoch = std::get<std::int64_t>((*row)[3]);
    checkpoint.chain_head = std::get<std::string>((*row)[4]);
  }
  checkpoint.epoch += 1;
  put(TableId::Progress, {partition.topic, std::int64_t{partition.partition},
                          checkpoint.next_offset, checkpoint.epoch, checkpoint.chain_head});
  return checkpoint;
}

void OverlayStore::put(TableId id, Row row) {
  std::string key = key_of(table(id), row);
  changes(id).insert_or_assign(std::move(key), Change{id, std::move(row), false});
}

/// A duty's count (app/turn.h): records of the log are not read through an overlay.
void OverlayStore::move(const PartitionMove& move) {
  const std::optional<Row> row = find(TableId::Progress, progress_key(move.id));
  if (!row || std::get<std::int64_t>((*row)[2]) != move.first_offset ||
      std::get<std::int64_t>((*row)[3]) != move.epoch) {
    throw StaleCommit(move.id.topic + " has moved");
  }
  check(move.counters.empty());
  put(TableId::Progress, {move.id.topic, std::int64_t{move.id.partition}, move.next_offset,
                          move.epoch, move.chain_head});
}

/// The base's rows and the changes in [from, to), in key order; at most `limit` (0: all).
void OverlayStore::merge(TableId id, Changes::const_iterator from, Changes::const_iterator to,
                         std::size_t limit, const std::function<void(const RowSink&)>& base_rows,
                         const RowSink& sink) {
  std::size_t count = 0;
  const auto give = [&](const Row& row) {
    if (limit == 0 || count < limit) sink(row);
    ++count;
  };
  const auto give_until = [&](const std::string& key) {
    for (; from != to && from->first < key; ++from) {
      if (!from->second.erase) give(from->second.row);
    }
  };
  base_rows([&](const Row& row) {
    const std::string key = key_of(table(id), row);
    give_until(key);
    if (from == to || from->first != key) return give(row);
    if (!from->second.erase) give(from->second.row);
    ++from;
  });
  for (; from != to; ++from) {
    if (!from->second.erase) give(from->second.row);
  }
}

void OverlayStore::read(TableId id, std::span<const Key> prefixes, const RowSink& sink) {
  Changes& changed = changes(id);
  for (const Key& prefix : prefixes) {
    const std::string begin = ordered_key(prefix);
    const auto from = changed.lower_bound(begin);
    auto to = from;
    while (to != changed.end() && to->first.starts_with(begin)) ++to;
    merge(
        id, from, to, 0, [&](const RowSink& rows) { base_.read(id, std::span(&prefix, 1), rows); },
        sink);
  }
}

void OverlayStore::scan(TableId id, const Key& low, const Key& high, std::size_t limit,
                        const RowSink& sink) {
  Changes& changed = changes(id);
  const auto from = changed.lower_bound(ordered_key(low));
  const auto to = high.empty() ? changed.end() : changed.lower_bound(ordered_key(high));
  // Each change can hide at most one row of the base.
  const std::size_t base_limit = limit == 0 ? 0 : limit + changed.size();
  merge(
      id, from, to, limit,
      [&](const RowSink& rows) { base_.scan(id, low, high, base_limit, rows); }, sink);
}

std::optional<Row> OverlayStore::find(TableId id, const Key& key) {
  std::optional<Row> found;
  read(id, std::span(&key, 1), [&](const Row& row) { found = row; });
  return found;
}

void OverlayStore::commit(const Commit& commit) {
  check_commit(commit);
  if (!commit.active_set.empty() && active_set() != commit.active_set) {
    throw SetMoved("the active registry and rule set is another one");
  }
  for (const ParkVersion& park : commit.parks) {
    const std::optional<Row> row = find(TableId::Park, {park.park});
    const std::int64_t version = row ? std::get<std::int64_t>((*row)[park_version_column]) : 0;
    if (version != park.version) throw ParkMoved({park.park});
  }
  if (commit.move) move(*commit.move);
  for (const ParkVersion& park : commit.parks) {
    put(TableId::Park, park_row(park));
  }
  for (const Change& change : commit.changes) {
    const Table& target = table(change.table);
    Change kept = change;
    if (target.sequence && !change.erase) kept.row[0] = next_id_++;
    changes(change.table)[key_of(target, kept.row)] = std::move(kept);
  }
}

std::string OverlayStore::active_set() {
  const std::optional<Row> row = find(TableId::ActiveSet, {std::string(active_set_name)});
  return row ? std::get<std::string>(row->at(1)) : std::string();
}

void OverlayStore::differences(TableId id, const DifferenceSink& sink) {
  const auto key_columns = static_cast<std::ptrdiff_t>(table(id).key_columns);
  for (const auto& [ordered, change] : changes(id)) {
    const Key key(change.row.begin(), change.row.begin() + key_columns);
    std::optional<Row> before;
    base_.read(id, std::span(&key, 1), [&](const Row& row) { before = row; });
    const Row* after = change.erase ? nullptr : &change.row;
    if (before && after != nullptr ? *before == *after : !before && after == nullptr) continue;
    sink(before ? &*before : nullptr, after);
  }
}

}  // namespace parkwatch
