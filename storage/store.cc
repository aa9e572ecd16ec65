#include "storage/store.h"

#include <set>
#include <utility>

#include "model/check.h"
#include "storage/postgres_loader.h"
#include "storage/postgres_store.h"
#include "storage/sqlite_loader.h"
#include "storage/sqlite_store.h"
#include "storage/store_loader.h"

namespace parkwatch {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

/// A URL that is no SQLite file and cannot be read may hold a password all the same.
std::string without_secret(std::string_view url) {
  const bool harmless = url.find_first_of("@?") == std::string_view::npos;
  if (harmless || url.starts_with(sqlite_scheme)) return std::string(url);
  return std::string(url.substr(0, url.find_first_of(":/"))) + ":...";
}

std::filesystem::path sqlite_file(std::string_view url) {
  if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size()) {
    return std::filesystem::path(url.substr(sqlite_scheme.size()));
  }
  throw StoreRefused("store " + without_secret(url) +
                     ": a store is named sqlite:FILE or postgresql://USER@HOST/DATABASE");
}

}  // namespace

void check_commit(const Commit& commit) {
  std::set<std::string_view> parks;
  for (const ParkVersion& park : commit.parks) check(parks.insert(park.park).second);
  if (commit.move) check(commit.move->next_offset >= commit.move->first_offset);
  for (const Change& change : commit.changes) {
    check(change.table != TableId::Progress && change.table != TableId::Counter &&
          change.table != TableId::Park);
    const Table& target = table(change.table);
    check(change.erase ? key_fits(target, change.row) : fits(target, change.row));
  }
}

Row park_row(const ParkVersion& park) {
  return {park.park, park.time_ms ? Cell(*park.time_ms) : Cell(), park.version + 1};
}

void Store::hold_parks(std::span<const std::string> /*parks*/) {}

std::unique_ptr<Store> open_store(std::string_view url, const StoreOptions& options) {
  if (is_postgres(url)) {
    PostgresStore::Options postgres;
    postgres.common = options;
    return std::make_unique<PostgresStore>(std::string(url), std::move(postgres));
  }
  SqliteStore::Options sqlite;
  sqlite.common = options;
  return std::make_unique<SqliteStore>(sqlite_file(url), std::move(sqlite));
}

std::unique_ptr<Store> open_store_snapshot(std::string_view url) {
  if (is_postgres(url)) {
    PostgresStore::Options postgres;
    postgres.read_only = true;
    return std::make_unique<PostgresStore>(std::string(url), std::move(postgres));
  }
  SqliteStore::Options sqlite;
  sqlite.read_only = true;
  return std::make_unique<SqliteStore>(sqlite_file(url), std::move(sqlite));
}

std::unique_ptr<StoreLoader> open_store_loader(std::string_view url) {
  if (is_postgres(url)) return std::make_unique<PostgresLoader>(std::string(url));
  return std::make_unique<SqliteLoader>(sqlite_file(url));
}

void refuse_to_fill(std::string_view store, const Table& table) {
  throw StoreRefused("store " + std::string(store) + ": its table " + std::string(table.name) +
                     " is not empty; restore into a new store");
}

std::string shown_store_url(std::string_view url) {
  return is_postgres(url) ? postgres_name(url) : without_secret(url);
}

}  // namespace parkwatch
