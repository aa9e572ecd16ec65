#include "storage/store.h"

#include <set>
#include <utility>

#include "model/check.h"
#include "storage/sqlite_store.h"

namespace parkwatch {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

std::filesystem::path sqlite_file(std::string_view url) {
  if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size()) {
    return std::filesystem::path(url.substr(sqlite_scheme.size()));
  }
  const std::string named(url);
  if (url.starts_with("postgres")) {
    throw StoreRefused("store " + named +
                       ": this version keeps its store in SQLite; give sqlite:FILE");
  }
  throw StoreRefused("store " + named + ": a store is named sqlite:FILE");
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

std::unique_ptr<Store> open_store(std::string_view url, const StoreOptions& options) {
  SqliteStore::Options sqlite;
  sqlite.common = options;
  return std::make_unique<SqliteStore>(sqlite_file(url), std::move(sqlite));
}

std::unique_ptr<Store> open_store_snapshot(std::string_view url) {
  SqliteStore::Options sqlite;
  sqlite.read_only = true;
  return std::make_unique<SqliteStore>(sqlite_file(url), std::move(sqlite));
}

}  // namespace parkwatch
