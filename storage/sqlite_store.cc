#include "storage/sqlite_store.h"

#include <utility>

#include "storage/sql_text.h"
#include "storage/sqlite_schema.h"

namespace parkwatch {

namespace {

bool in_memory(const std::filesystem::path& file) {
  return file == ":memory:";
}

std::shared_ptr<ProcessLock> lock_for(const std::filesystem::path& file, bool read_only) {
  if (in_memory(file) || read_only) return nullptr;
  return ProcessLock::acquire(file);
}

SqliteConnection connect(const std::filesystem::path& file, const SqliteStore::Options& options) {
  std::error_code unreadable;  // is told by opening it
  if (options.read_only && !std::filesystem::exists(file, unreadable) && !unreadable) {
    throw StoreAbsent("store " + file.string() + ": there is no such file; check the name");
  }
  return {file,
          options.read_only ? SqliteConnection::Mode::ReadOnly : SqliteConnection::Mode::ReadWrite,
          options.common.busy_timeout};
}

int bind_cells(SqliteStatement& statement, const Table& table, const Key& key, std::size_t cells,
               int parameter) {
  for (std::size_t i = 0; i < cells; ++i) {
    statement.bind(parameter++, key[i], table.columns[i].type);
  }
  return parameter;
}

}  // namespace

/// The turn of one object of this process to write.
class SqliteStore::WriterTurn {
 public:
  explicit WriterTurn(SqliteStore& store) : store_(store) {
    if (store.lock_ == nullptr) return;
    if (!store.lock_->begin_writing(store.options_.common.busy_timeout)) {
      throw StoreUnavailable("store " + store.connection_.name() +
                             ": another thread of this process wrote for too long");
    }
  }
  ~WriterTurn() {
    if (store_.lock_ != nullptr) store_.lock_->end_writing();
  }
  WriterTurn(const WriterTurn&) = delete;
  WriterTurn& operator=(const WriterTurn&) = delete;

 private:
  SqliteStore& store_;
};

SqliteStore::SqliteStore(const std::filesystem::path& file, Options options)
    : options_(std::move(options)),
      lock_(lock_for(file, options_.read_only)),
      connection_(connect(file, options_)) {
  connection_.execute("PRAGMA cache_size = -" + std::to_string(options_.cache_kibibytes));
  if (options_.read_only) {
    check_for_reading(connection_, migrations());
    connection_.execute("BEGIN DEFERRED");
    return;
  }
  const WriterTurn turn(*this);
  connection_.execute("PRAGMA synchronous = FULL");
  if (options_.pages_max > 0) {
    connection_.integer("PRAGMA max_page_count = " + std::to_string(options_.pages_max));
  }
  prepare_for_writing(connection_, migrations());
  connection_.integer("PRAGMA journal_size_limit = " + std::to_string(options_.log_bytes_max));
}

SqliteStore::~SqliteStore() = default;

SqliteStatement& SqliteStore::statement(const std::string& sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  return statements_.emplace(sql, SqliteStatement(connection_, sql)).first->second;
}

SqliteStatement& SqliteStore::upsert(const Table& table) {
  std::optional<SqliteStatement>& cached = upserts_.at(static_cast<std::size_t>(table.id));
  if (!cached) cached.emplace(connection_, upsert_sql(table));
  return *cached;
}

void SqliteStore::require_writable() const {
  if (options_.read_only) {
    throw StoreRefused("store " + connection_.name() + ": it was opened for reading only");
  }
}

Checkpoint SqliteStore::claim(const PartitionId& partition) {
  require_writable();
  const WriterTurn turn(*this);
  SqliteTransaction transaction(connection_, SqliteTransaction::Kind::Write);
  SqliteStatement& raise = statement(
      "INSERT INTO progress (topic, \"partition\", next_offset, epoch, chain_head) "
      "VALUES (?, ?, -1, 1, '') ON CONFLICT (topic, \"partition\") DO UPDATE SET epoch = epoch + 1 "
      "RETURNING next_offset, epoch, chain_head");
  raise.bind(1, std::string_view(partition.topic));
  raise.bind(2, std::int64_t{partition.partition});
  Checkpoint checkpoint;
  while (raise.step()) {
    checkpoint.next_offset = raise.integer(0);
    checkpoint.epoch = raise.integer(1);
    checkpoint.chain_head = raise.text(2);
  }
  SqliteStatement& counters =
      statement("SELECT name, value FROM counter WHERE topic = ? AND \"partition\" = ?");
  counters.bind(1, std::string_view(partition.topic));
  counters.bind(2, std::int64_t{partition.partition});
  while (counters.step()) checkpoint.counters[counters.text(0)] = counters.integer(1);
  transaction.commit();
  return checkpoint;
}

template <class Body>
void SqliteStore::in_read_transaction(Body body) {
  if (options_.read_only) return body();
  SqliteTransaction transaction(connection_, SqliteTransaction::Kind::Read);
  body();
  transaction.commit();
}

void SqliteStore::read_prefix(const Table& table, const Key& prefix, Row& row,
                              const RowSink& sink) {
  const std::size_t cells = bound_cells(prefix, table);
  if (cells < prefix.size()) return;  // no key has a null
  SqliteStatement& select = statement(read_sql(table, cells));
  const SqliteCursor cursor(select);
  bind_cells(select, table, prefix, cells, 1);
  while (select.step()) {
    select.read(row);
    sink(row);
  }
}

void SqliteStore::read(TableId id, std::span<const Key> prefixes, const RowSink& sink) {
  const Table& source = table(id);
  in_read_transaction([&] {
    Row row(source.columns.size());
    for (const Key& prefix : prefixes) read_prefix(source, prefix, row, sink);
  });
}

void SqliteStore::scan(TableId id, const Key& low, const Key& high, std::size_t limit,
                       const RowSink& sink) {
  const Table& source = table(id);
  const std::size_t low_cells = bound_cells(low, source);
  const std::size_t high_cells = bound_cells(high, source);
  if (!high.empty() && high_cells == 0) return;  // nothing is below null
  in_read_transaction([&] {
    SqliteStatement& select = statement(scan_sql(source, low_cells, high_cells));
    const SqliteCursor cursor(select);
    int parameter = bind_cells(select, source, low, low_cells, 1);
    parameter = bind_cells(select, source, high, high_cells, parameter);
    select.bind(parameter, limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
    Row row(source.columns.size());
    while (select.step()) {
      select.read(row);
      sink(row);
    }
  });
}

void SqliteStore::check_progress(const PartitionMove& move) {
  SqliteStatement& select =
      statement("SELECT next_offset, epoch FROM progress WHERE topic = ? AND \"partition\" = ?");
  const SqliteCursor cursor(select);
  select.bind(1, std::string_view(move.id.topic));
  select.bind(2, std::int64_t{move.id.partition});
  const std::string name = move.id.topic + "/" + std::to_string(move.id.partition);
  if (!select.step()) throw StaleCommit(name + " was never claimed");
  if (select.integer(1) != move.epoch) {
    throw StaleCommit(name + " has epoch " + std::to_string(select.integer(1)) +
                      ", the commit has " + std::to_string(move.epoch));
  }
  if (select.integer(0) != move.first_offset) {
    throw StaleCommit(name + " is at offset " + std::to_string(select.integer(0)) +
                      ", the commit starts at " + std::to_string(move.first_offset));
  }
}

void SqliteStore::check_parks(std::span<const ParkVersion> parks) {
  SqliteStatement& select = statement("SELECT version FROM park WHERE park = ?");
  std::vector<std::string> moved;
  for (const ParkVersion& park : parks) {
    const SqliteCursor cursor(select);
    select.bind(1, std::string_view(park.park));
    const std::int64_t version = select.step() ? select.integer(0) : 0;
    if (version != park.version) moved.push_back(park.park);
  }
  if (!moved.empty()) throw ParkMoved(std::move(moved));
}

void SqliteStore::write_progress(const PartitionMove& move) {
  SqliteStatement& progress = statement(
      "UPDATE progress SET next_offset = ?, chain_head = ? WHERE topic = ? AND \"partition\" = ?");
  progress.bind(1, move.next_offset);
  progress.bind(2, std::string_view(move.chain_head));
  progress.bind(3, std::string_view(move.id.topic));
  progress.bind(4, std::int64_t{move.id.partition});
  progress.run();
  SqliteStatement& counter = upsert(table(TableId::Counter));
  for (const auto& [name, value] : move.counters) {
    counter.bind(1, std::string_view(move.id.topic));
    counter.bind(2, std::int64_t{move.id.partition});
    counter.bind(3, std::string_view(name));
    counter.bind(4, value);
    counter.run();
  }
}

void SqliteStore::write_parks(std::span<const ParkVersion> parks) {
  SqliteStatement& write = upsert(table(TableId::Park));
  for (const ParkVersion& park : parks) {
    const Row row = park_row(park);
    for (int i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(i);
      write.bind(i + 1, row[at], table(TableId::Park).columns[at].type);
    }
    write.run();
  }
}

void SqliteStore::write_change(const Change& change) {
  const Table& target = table(change.table);
  SqliteStatement& write = change.erase ? statement(erase_sql(target)) : upsert(target);
  const std::size_t begin = target.sequence && !change.erase ? 1 : 0;
  const std::size_t end = change.erase ? target.key_columns : target.columns.size();
  int parameter = 1;
  for (std::size_t i = begin; i < end; ++i) {
    write.bind(parameter++, change.row[i], target.columns[i].type);
  }
  write.run();
}

void SqliteStore::commit(const Commit& commit) {
  require_writable();
  check_commit(commit);
  const WriterTurn turn(*this);
  SqliteTransaction transaction(connection_, SqliteTransaction::Kind::Write);
  if (commit.move) check_progress(*commit.move);
  check_parks(commit.parks);
  if (!commit.active_set.empty() && active_set() != commit.active_set) {
    throw SetMoved("the active registry and rule set is " + active_set() +
                   ", the commit was computed under " + commit.active_set);
  }
  if (commit.move) write_progress(*commit.move);
  write_parks(commit.parks);
  for (const Change& change : commit.changes) write_change(change);
  if (options_.common.before_commit) options_.common.before_commit();
  transaction.commit();
}

std::string SqliteStore::active_set() {
  SqliteStatement& select = statement("SELECT hash FROM active_set WHERE name = ?");
  const SqliteCursor cursor(select);
  select.bind(1, active_set_name);
  return select.step() ? select.text(0) : std::string();
}

}  // namespace parkwatch
