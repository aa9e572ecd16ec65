#include "storage/memory_store.h"

#include <array>
#include <mutex>
#include <utility>

#include "model/check.h"
#include "storage/key_order.h"

namespace parkwatch {

namespace {

using Rows = std::map<std::string, Row>;  // by ordered key

Key progress_key(const PartitionId& id) {
  return {id.topic, std::int64_t{id.partition}};
}

// Columns of the tables progress and park.
constexpr std::size_t next_offset_column = 2;
constexpr std::size_t epoch_column = 3;
constexpr std::size_t chain_head_column = 4;
constexpr std::size_t park_version_column = 2;

std::int64_t number(const Row& row, std::size_t column) {
  return std::get<std::int64_t>(row.at(column));
}

}  // namespace

struct MemoryStore::Content {
  std::mutex guard;
  std::array<Rows, table_count> tables;
  std::array<std::int64_t, table_count> next_ids{};

  Rows& rows(TableId id) { return tables.at(static_cast<std::size_t>(id)); }

  const Row* find(TableId id, const Key& key) {
    const Rows& all = rows(id);
    const auto found = all.find(ordered_key(key));
    return found == all.end() ? nullptr : &found->second;
  }

  void put(TableId id, Row row) {
    const std::span<const Cell> key = std::span(row).first(table(id).key_columns);
    rows(id).insert_or_assign(ordered_key(key), std::move(row));
  }

  std::string active_set() {
    const Row* row = find(TableId::ActiveSet, {std::string(active_set_name)});
    return row == nullptr ? std::string() : std::get<std::string>(row->at(1));
  }

  void check_progress(const PartitionMove& move) {
    const Row* row = find(TableId::Progress, progress_key(move.id));
    const std::string name = move.id.topic + "/" + std::to_string(move.id.partition);
    if (row == nullptr) throw StaleCommit(name + " was never claimed");
    if (number(*row, epoch_column) != move.epoch) throw StaleCommit(name + " has another epoch");
    if (number(*row, next_offset_column) != move.first_offset) {
      throw StaleCommit(name + " is at another offset");
    }
  }

  void check_parks(std::span<const ParkVersion> parks) {
    std::vector<std::string> moved;
    for (const ParkVersion& park : parks) {
      const Row* row = find(TableId::Park, {park.park});
      const std::int64_t version = row == nullptr ? 0 : number(*row, park_version_column);
      if (version != park.version) moved.push_back(park.park);
    }
    if (!moved.empty()) throw ParkMoved(std::move(moved));
  }

  void write_move(const PartitionMove& move) {
    put(TableId::Progress, {move.id.topic, std::int64_t{move.id.partition}, move.next_offset,
                            move.epoch, move.chain_head});
    for (const auto& [name, value] : move.counters) {
      put(TableId::Counter, {move.id.topic, std::int64_t{move.id.partition}, name, value});
    }
  }

  void write_change(const Change& change) {
    const Table& target = table(change.table);
    const std::span<const Cell> cells = change.row;
    if (change.erase) {
      rows(change.table).erase(ordered_key(cells.first(target.key_columns)));
      return;
    }
    Row row = change.row;
    if (target.sequence) row[0] = ++next_ids.at(static_cast<std::size_t>(change.table));
    put(change.table, std::move(row));
  }
};

MemoryStore::MemoryStore(StoreOptions options)
    : options_(std::move(options)), content_(std::make_shared<Content>()) {}

MemoryStore::MemoryStore(const MemoryStore& shared, StoreOptions options)
    : options_(std::move(options)), content_(shared.content_) {}

MemoryStore::~MemoryStore() = default;

Checkpoint MemoryStore::claim(const PartitionId& partition) {
  const std::lock_guard<std::mutex> lock(content_->guard);
  Checkpoint checkpoint;
  const Row* row = content_->find(TableId::Progress, progress_key(partition));
  if (row != nullptr) {
    checkpoint.next_offset = number(*row, next_offset_column);
    checkpoint.epoch = number(*row, epoch_column);
    checkpoint.chain_head = std::get<std::string>(row->at(chain_head_column));
  }
  checkpoint.epoch += 1;
  content_->put(TableId::Progress,
                {partition.topic, std::int64_t{partition.partition}, checkpoint.next_offset,
                 checkpoint.epoch, checkpoint.chain_head});
  const std::string prefix = ordered_key(progress_key(partition));
  const Rows& counters = content_->rows(TableId::Counter);
  for (auto at = counters.lower_bound(prefix);
       at != counters.end() && at->first.starts_with(prefix); ++at) {
    checkpoint.counters[std::get<std::string>(at->second[2])] = number(at->second, 3);
  }
  return checkpoint;
}

void MemoryStore::read(TableId id, std::span<const Key> prefixes, const RowSink& sink) {
  const std::lock_guard<std::mutex> lock(content_->guard);
  const Rows& rows = content_->rows(id);
  for (const Key& prefix : prefixes) {
    check(prefix.size() <= table(id).key_columns);
    const std::string begin = ordered_key(prefix);
    for (auto at = rows.lower_bound(begin); at != rows.end() && at->first.starts_with(begin);
         ++at) {
      sink(at->second);
    }
  }
}

void MemoryStore::scan(TableId id, const Key& low, const Key& high, std::size_t limit,
                       const RowSink& sink) {
  const std::lock_guard<std::mutex> lock(content_->guard);
  check(low.size() <= table(id).key_columns && high.size() <= table(id).key_columns);
  const Rows& rows = content_->rows(id);
  const std::string end = ordered_key(high);
  std::size_t count = 0;
  for (auto at = rows.lower_bound(ordered_key(low)); at != rows.end(); ++at) {
    if (!high.empty() && at->first >= end) return;
    if (limit != 0 && count++ == limit) return;
    sink(at->second);
  }
}

void MemoryStore::commit(const Commit& commit) {
  check_commit(commit);
  const std::lock_guard<std::mutex> lock(content_->guard);
  if (commit.move) content_->check_progress(*commit.move);
  content_->check_parks(commit.parks);
  if (!commit.active_set.empty() && content_->active_set() != commit.active_set) {
    throw SetMoved("the active registry and rule set is another one");
  }
  // Nothing below can fail, so the hook may stand before the writes: nobody sees them sooner.
  if (options_.before_commit) options_.before_commit();
  if (commit.move) content_->write_move(*commit.move);
  for (const ParkVersion& park : commit.parks) {
    content_->put(TableId::Park, park_row(park));
  }
  for (const Change& change : commit.changes) content_->write_change(change);
}

std::string MemoryStore::active_set() {
  const std::lock_guard<std::mutex> lock(content_->guard);
  return content_->active_set();
}

}  // namespace parkwatch
