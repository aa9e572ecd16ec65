#include "storage/postgres_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "model/check.h"
#include "storage/postgres_schema.h"
#include "storage/postgres_writer.h"
#include "storage/sql_text.h"

namespace parkwatch {

namespace {

constexpr const char* begin_snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

PostgresCall call_with(std::string sql, const PartitionId& id) {
  PostgresCall call{std::move(sql), {}};
  call.parameters.add(std::string_view(id.topic));
  call.parameters.add(std::int64_t{id.partition});
  return call;
}

/// Locks the rows of the parks, in key order.
PostgresCall lock_parks(std::vector<std::string> parks) {
  std::sort(parks.begin(), parks.end());
  PostgresArray names(ColumnType::Text);
  for (const std::string& park : parks) names.add(park);
  PostgresCall call{
      "SELECT park, version FROM park WHERE park = ANY ($1::text[]) ORDER BY park FOR UPDATE", {}};
  call.parameters.add_array(names.take());
  return call;
}

/// The new rows of parks that have none; another that makes the same ones is waited for.
PostgresCall insert_parks(const std::set<std::string>& parks) {
  PostgresArray names(ColumnType::Text);
  for (const std::string& park : parks) names.add(park);
  PostgresCall call{
      "INSERT INTO park (park, \"time\", version) SELECT given, 0, 0 FROM unnest($1::text[]) AS "
      "given ON CONFLICT (park) DO NOTHING RETURNING park",
      {}};
  call.parameters.add_array(names.take());
  return call;
}

bool moves_active_set(const Commit& commit) {
  return std::any_of(commit.changes.begin(), commit.changes.end(),
                     [](const Change& change) { return change.table == TableId::ActiveSet; });
}

void check_progress(const PartitionMove& move, const PostgresResult& stored) {
  const std::string name = move.id.topic + "/" + std::to_string(move.id.partition);
  if (stored.rows() == 0) throw StaleCommit(name + " was never claimed");
  const std::int64_t offset = stored.integer(0, 0);
  const std::int64_t epoch = stored.integer(0, 1);
  if (epoch != move.epoch) {
    throw StaleCommit(name + " has epoch " + std::to_string(epoch) + ", the commit has " +
                      std::to_string(move.epoch));
  }
  if (offset != move.first_offset) {
    throw StaleCommit(name + " is at offset " + std::to_string(offset) + ", the commit starts at " +
                      std::to_string(move.first_offset));
  }
}

}  // namespace

PostgresStore::PostgresStore(std::string url, Options options)
    : url_(std::move(url)), options_(std::move(options)) {
  connection();
}

PostgresStore::~PostgresStore() = default;

PostgresConnection& PostgresStore::connection() {
  const bool failed = connection_ != nullptr && connection_->transaction_failed();
  if (failed) held_.reset();
  if (connection_ != nullptr && connection_->usable() && !(failed && snapshot_))
    return *connection_;
  if (snapshot_ || lost_) {
    lost_ = true;
    snapshot_.reset();
    throw StoreUnavailable("store " + connection_->name() +
                           ": the connection was lost, and the moment it showed with it; begin "
                           "anew");
  }
  held_.reset();
  connection_.reset();
  PostgresConnection::Options how;
  how.url = url_;
  how.connect_timeout = options_.connect_timeout;
  how.lock_timeout = options_.common.busy_timeout;
  how.statement_timeout =
      options_.read_only ? options_.snapshot_timeout : options_.statement_timeout;
  auto made = std::make_unique<PostgresConnection>(std::move(how));
  if (options_.read_only) {
    check_postgres(*made, migrations());
  } else {
    prepare_postgres(*made, migrations());
  }
  connection_ = std::move(made);
  if (options_.read_only) snapshot_.emplace(*connection_, begin_snapshot);
  return *connection_;
}

void PostgresStore::require_writable() const {
  if (options_.read_only) {
    throw StoreRefused("store " + postgres_name(url_) + ": it was opened for reading only");
  }
}

Checkpoint PostgresStore::claim(const PartitionId& partition) {
  require_writable();
  held_.reset();
  PostgresConnection& database = connection();
  PostgresTransaction transaction(database, "BEGIN");
  const PostgresCall calls[] = {
      call_with("INSERT INTO progress (topic, \"partition\", next_offset, epoch, chain_head) "
                "VALUES ($1::text, $2::bigint, -1, 1, '') ON CONFLICT (topic, \"partition\") "
                "DO UPDATE SET epoch = progress.epoch + 1 "
                "RETURNING next_offset, epoch, chain_head",
                partition),
      call_with("SELECT name, value FROM counter WHERE topic = $1::text AND \"partition\" = "
                "$2::bigint",
                partition)};
  const std::vector<PostgresResult> results = database.run(calls);
  Checkpoint checkpoint;
  checkpoint.next_offset = results[0].integer(0, 0);
  checkpoint.epoch = results[0].integer(0, 1);
  checkpoint.chain_head = results[0].text(0, 2);
  for (int row = 0; row < results[1].rows(); ++row) {
    checkpoint.counters[results[1].text(row, 0)] = results[1].integer(row, 1);
  }
  transaction.commit();
  return checkpoint;
}

void PostgresStore::stream(const Table& table, const PostgresCall& call, const RowSink& sink) {
  Row row(table.columns.size());
  connection().stream(call.sql, call.parameters, [&](const PostgresResult& result) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = result.cell(0, static_cast<int>(i), table.columns[i].type);
    }
    sink(row);
  });
}

/// Prefixes of one length, by one statement.
void PostgresStore::read_run(const Table& table, std::span<const Key> prefixes,
                             const RowSink& sink) {
  const std::size_t cells = prefixes.front().size();
  if (prefixes.size() == 1 || cells == 0) {
    PostgresCall call{read_postgres_sql(table, cells), {}};
    for (std::size_t i = 0; i < cells; ++i) {
      call.parameters.add(prefixes.front()[i], table.columns[i].type);
    }
    for (std::size_t i = 0; i < (cells == 0 ? prefixes.size() : 1); ++i) stream(table, call, sink);
    return;
  }
  std::vector<const Row*> keys;
  for (const Key& prefix : prefixes) keys.push_back(&prefix);
  stream(table,
         array_call(read_many_postgres_sql(table, cells), table.columns.first(cells), keys, 0),
         sink);
}

void PostgresStore::read(TableId id, std::span<const Key> prefixes, const RowSink& sink) {
  const Table& source = table(id);
  // A null is in no key: such a prefix has no rows.
  std::vector<Key> wanted;
  for (const Key& prefix : prefixes) {
    if (bound_cells(prefix, source) == prefix.size()) wanted.push_back(prefix);
  }
  const auto run_end = [&](std::size_t begin) {
    std::size_t end = begin + 1;
    while (end < wanted.size() && wanted[end].size() == wanted[begin].size()) ++end;
    return end;
  };
  if (wanted.empty()) return;
  const bool one_statement = run_end(0) == wanted.size() && !wanted.front().empty();
  std::optional<PostgresTransaction> moment;
  if (!one_statement && !connection().in_transaction()) {
    moment.emplace(connection(), begin_snapshot);
  }
  for (std::size_t begin = 0; begin < wanted.size();) {
    const std::size_t end = run_end(begin);
    read_run(source, std::span(wanted).subspan(begin, end - begin), sink);
    begin = end;
  }
  if (moment) moment->commit();
}

void PostgresStore::scan(TableId id, const Key& low, const Key& high, std::size_t limit,
                         const RowSink& sink) {
  const Table& source = table(id);
  const std::size_t low_cells = bound_cells(low, source);
  const std::size_t high_cells = bound_cells(high, source);
  if (!high.empty() && high_cells == 0) return;  // nothing is below null
  PostgresCall call{scan_postgres_sql(source, low_cells, high_cells, limit > 0), {}};
  for (std::size_t i = 0; i < low_cells; ++i) call.parameters.add(low[i], source.columns[i].type);
  for (std::size_t i = 0; i < high_cells; ++i) call.parameters.add(high[i], source.columns[i].type);
  if (limit > 0) call.parameters.add(static_cast<std::int64_t>(limit));
  stream(source, call, sink);
}

void PostgresStore::hold_parks(std::span<const std::string> parks) {
  require_writable();
  held_.reset();
  PostgresConnection& database = connection();
  held_.emplace(database, "BEGIN");
  const PostgresCall lock = lock_parks({parks.begin(), parks.end()});
  database.run(lock.sql, lock.parameters);
}

/// Throws ParkMoved with all parks whose version is another. New ones get their row here.
void PostgresStore::check_parks(const Commit& commit, const PostgresResult& stored) {
  std::map<std::string, std::int64_t> versions;
  for (int row = 0; row < stored.rows(); ++row) {
    versions[stored.text(row, 0)] = stored.integer(row, 1);
  }
  std::set<std::string> made;
  for (const ParkVersion& park : commit.parks) {
    if (!versions.contains(park.park) && park.version == 0) made.insert(park.park);
  }
  std::set<std::string> taken = made;  // by another, meanwhile
  if (!made.empty()) {
    const PostgresCall insert = insert_parks(made);
    const PostgresResult inserted = connection().run(insert.sql, insert.parameters);
    for (int row = 0; row < inserted.rows(); ++row) taken.erase(inserted.text(row, 0));
  }
  std::vector<std::string> moved;
  for (const ParkVersion& park : commit.parks) {
    const auto version = versions.find(park.park);
    const bool same =
        version == versions.end() ? made.contains(park.park) : version->second == park.version;
    if (!same || taken.contains(park.park)) moved.push_back(park.park);
  }
  if (!moved.empty()) throw ParkMoved(std::move(moved));
}

void PostgresStore::check_and_lock(const Commit& commit) {
  std::vector<PostgresCall> calls;
  const PartitionId nobody{"", -1};
  calls.push_back(
      call_with("SELECT next_offset, epoch FROM progress WHERE topic = $1::text AND "
                "\"partition\" = $2::bigint FOR UPDATE",
                commit.move ? commit.move->id : nobody));
  std::vector<std::string> parks;
  for (const ParkVersion& park : commit.parks) parks.push_back(park.park);
  calls.push_back(lock_parks(std::move(parks)));
  // One that moves the active set locks it as a writer at once: two of them would else wait for
  // each other.
  calls.push_back({std::string("SELECT hash FROM active_set WHERE name = 'active' FOR ") +
                       (moves_active_set(commit) ? "UPDATE" : "SHARE"),
                   {}});
  const std::vector<PostgresResult> results = connection().run(calls);
  if (commit.move) check_progress(*commit.move, results[0]);
  check_parks(commit, results[1]);
  const std::string active = results[2].rows() == 0 ? "" : results[2].text(0, 0);
  if (!commit.active_set.empty() && active != commit.active_set) {
    throw SetMoved("the active registry and rule set is " + active +
                   ", the commit was computed under " + commit.active_set);
  }
}

void PostgresStore::commit(const Commit& commit) {
  require_writable();
  check_commit(commit);
  PostgresConnection& database = connection();
  std::optional<PostgresTransaction> transaction;
  if (!held_) transaction.emplace(database, "BEGIN");
  PostgresTransaction& whole = held_ ? *held_ : *transaction;
  try {
    check_and_lock(commit);
    const std::vector<PostgresCall> calls = write_calls(commit);
    if (!calls.empty()) database.run(calls);
    if (options_.common.before_commit) options_.common.before_commit();
    whole.commit();
  } catch (...) {
    held_.reset();
    throw;
  }
  held_.reset();
}

std::string PostgresStore::active_set() {
  const PostgresResult found =
      connection().run("SELECT hash FROM active_set WHERE name = 'active'");
  return found.rows() == 0 ? std::string() : found.text(0, 0);
}

}  // namespace parkwatch
