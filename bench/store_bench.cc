// Rows a second of commits, into SQLite and, where POSTGRES_URL names a server, into PostgreSQL.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "storage/postgres_handle.h"
#include "storage/store.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

constexpr std::int64_t rows_of_a_commit = 10'000;
constexpr const char* database_name = "parkwatch_bench";

/// A new and empty store of one of the forms.
class Place {
 public:
  explicit Place(bool postgres) {
    if (!postgres) {
      url_ = "sqlite:" + folder_.file("store.db");
      return;
    }
    const std::string server = std::getenv("POSTGRES_URL");
    PostgresConnection connection({.url = server});
    connection.execute(std::string("DROP DATABASE IF EXISTS ") + database_name);
    connection.execute(std::string("CREATE DATABASE ") + database_name);
    url_ = server.substr(0, server.rfind('/') + 1) + database_name;
  }
  std::unique_ptr<Store> open() const { return open_store(url_); }

 private:
  TemporaryFolder folder_;
  std::string url_;
};

/// Verdicts of consecutive hours; `version` makes another value of the same rows.
Commit verdicts(std::int64_t first_hour, std::int64_t version) {
  const std::string park = "park-1";
  const std::string span = "hour";
  Commit commit;
  constexpr std::int64_t outlets = 100;
  for (std::int64_t i = 0; i < rows_of_a_commit; ++i) {
    const std::int64_t hour = first_hour + i / outlets;
    commit.changes.push_back(
        {TableId::Verdict,
         {park, span, hour * 3'600'000, "outlet-" + std::to_string(i % outlets),
          std::string("a21026"), std::string("GB13223/SO2"), std::string("closed"),
          std::string("compliant"), std::string("compliant"), 12'345'000 + version,
          std::monostate{}, std::int64_t{35'000'000}, std::int64_t{352'714}, std::int64_t{1},
          std::int64_t{0}, std::monostate{}, std::int64_t{1'773'538'200'000}, std::string(64, 'a')},
         false});
  }
  return commit;
}

enum class Rows { New, Changed, Same };

void commits(benchmark::State& state, bool postgres, Rows kind) {
  if (postgres && std::getenv("POSTGRES_URL") == nullptr) {
    state.SkipWithError("POSTGRES_URL is not set");
    return;
  }
  const Place place(postgres);
  const std::unique_ptr<Store> store = place.open();
  store->commit(verdicts(0, 0));
  std::int64_t count = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ++count;
    const Commit commit =
        verdicts(kind == Rows::New ? count * 1'000 : 0, kind == Rows::Changed ? count : 0);
    state.ResumeTiming();
    store->commit(commit);
  }
  state.SetItemsProcessed(state.iterations() * rows_of_a_commit);
}

/// One packed device hour of some kilobytes and its neighbours, as a batch of readings leaves them.
void device_hours(benchmark::State& state, bool postgres) {
  if (postgres && std::getenv("POSTGRES_URL") == nullptr) {
    state.SkipWithError("POSTGRES_URL is not set");
    return;
  }
  const Place place(postgres);
  const std::unique_ptr<Store> store = place.open();
  constexpr std::int64_t hours = 1'000;
  std::int64_t count = 0;
  for (auto _ : state) {
    Commit commit;
    ++count;
    for (std::int64_t i = 0; i < hours; ++i) {
      commit.changes.push_back({TableId::DeviceHour,
                                {"device-" + std::to_string(i), std::int64_t{0},
                                 std::string(3'000, static_cast<char>('a' + count % 26))},
                                false});
    }
    store->commit(commit);
  }
  state.SetItemsProcessed(state.iterations() * hours);
}

BENCHMARK_CAPTURE(commits, sqlite_new, false, Rows::New)->UseRealTime();
BENCHMARK_CAPTURE(commits, postgres_new, true, Rows::New)->UseRealTime();
BENCHMARK_CAPTURE(commits, sqlite_changed, false, Rows::Changed)->UseRealTime();
BENCHMARK_CAPTURE(commits, postgres_changed, true, Rows::Changed)->UseRealTime();
BENCHMARK_CAPTURE(commits, sqlite_same, false, Rows::Same)->UseRealTime();
BENCHMARK_CAPTURE(commits, postgres_same, true, Rows::Same)->UseRealTime();
BENCHMARK_CAPTURE(device_hours, sqlite, false)->UseRealTime();
BENCHMARK_CAPTURE(device_hours, postgres, true)->UseRealTime();

}  // namespace
}  // namespace parkwatch
