#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/partition.h"
#include "storage/schema.h"

namespace parkwatch {

/// What a partition's new owner starts from.
struct Checkpoint {
  std::int64_t next_offset = -1;  // -1: no progress row yet
  std::int64_t epoch = 0;         // of this owner; an older one can no longer commit
  std::string chain_head;         // evidence hash chain up to next_offset, hex; empty at the start
  std::map<std::string, std::int64_t> counters;
};

/// Moves a partition's offset; refused when the stored offset or epoch is another.
struct PartitionMove {
  PartitionId id;
  std::int64_t epoch = 0;
  std::int64_t first_offset = -1;  // what the store must hold now (-1: no row yet)
  std::int64_t next_offset = 0;
  std::string chain_head;
  std::map<std::string, std::int64_t> counters;  // absolute values after this batch
};

/// A park whose rows were read or written, with the version at which they were loaded (0: no row
/// yet). Other rows that several workers may write meet at such a version too, under a name that
/// is no park's and without a time.
struct ParkVersion {
  std::string park;
  std::int64_t version = 0;
  std::optional<std::int64_t> time_ms;  // the park's time after this batch; none: no record of it
};

/// The row that a commit leaves behind.
Row park_row(const ParkVersion& park);

/// One whole row to write, or one key to remove. The tables progress, counter and park are not
/// changed this way but by a commit's `move` and `parks`.
struct Change {
  TableId table;
  Row row;  // all cells; for an erase only the key cells count
  bool erase = false;
};

/// Everything that one batch writes: all of it or nothing.
struct Commit {
  std::optional<PartitionMove> move;
  std::vector<ParkVersion> parks;
  std::string active_set;       // hash this was computed under; checked when not empty
  std::vector<Change> changes;  // absolute rows, at most one per key; sequence keys are null
};

/// The row of the table active_set that names the active registry and rule set.
inline constexpr std::string_view active_set_name = "active";

/// Another owner has moved the partition's offset or epoch; drop everything and claim again.
struct StaleCommit : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// These parks were changed by another worker since they were loaded; drop their rows and repeat.
struct ParkMoved : std::runtime_error {
  explicit ParkMoved(std::vector<std::string> moved)
      : std::runtime_error("park version moved"), parks(std::move(moved)) {}
  std::vector<std::string> parks;
};
/// Another registry and rule set is active now.
struct SetMoved : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Nothing was written; a retry may help (locked, full, read-only, away).
struct StoreUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The store can not be used by this program: newer schema, not a store, in use by another process.
struct StoreRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// There is nothing yet where the store should be; opening it for writing makes it.
struct StoreAbsent : StoreRefused {
  using StoreRefused::StoreRefused;
};

/// Results and read positions in one place, so neither can run ahead of the other.
/// Errors: StoreUnavailable from any call. Threads: one Store object per thread; several objects
/// may be open on the same store within one process.
class Store {
 public:
  virtual ~Store() = default;

  /// Takes the partition over: a new epoch, and what to resume from. Until the first commit the
  /// partition's progress row has the offset -1.
  virtual Checkpoint claim(const PartitionId& partition) = 0;

  /// Called for each row; the row is valid during the call. It must not call the store.
  using RowSink = std::function<void(const Row&)>;
  /// Every row whose key begins with one of the prefixes, in key order per prefix: text compared by
  /// its bytes, numbers by value. An empty prefix is the whole table. All rows are of one moment.
  virtual void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) = 0;
  /// Rows from `low` (inclusive) to `high` (exclusive), compared by their leading key cells, in key
  /// order; an empty bound is open and null is below every value. At most `limit` rows (0: all).
  virtual void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
                    const RowSink& sink) = 0;

  /// Keeps others from committing these parks until this object's next commit or claim has ended: a
  /// commit that ParkMoved refused once is computed anew undisturbed. Rows are read as they are now
  /// from here on. A store that one process writes may do nothing.
  virtual void hold_parks(std::span<const std::string> parks);

  /// Writes the whole commit or none of it. Checks in this order: offset and epoch, park versions
  /// (a park without a row has version 0), active set. A cell of the wrong kind is a bug and
  /// aborts. Throws StaleCommit, ParkMoved, SetMoved; StoreUnavailable.
  virtual void commit(const Commit& commit) = 0;

  /// The hash of the active registry and rule set; empty in a new store.
  virtual std::string active_set() = 0;
};

/// Aborts on a commit that no store can take: a cell of the wrong kind, a table that is not changed
/// this way, a park named twice. For implementations.
void check_commit(const Commit& commit);

struct StoreOptions {
  /// How long a call waits for another object that writes, before StoreUnavailable.
  std::chrono::milliseconds busy_timeout{10'000};
  /// Called in every commit when all is written but nothing committed; for crash tests. What it
  /// throws is passed on after a rollback. The run command sets it from the environment variable
  /// PARKWATCH_TEST_KILL_AT_COMMIT (see app/crash_point.h); nothing else may.
  std::function<void()> before_commit;
};

/// Opens `sqlite:FILE` or `postgresql://USER@HOST/DATABASE`, as libpq takes it (its tables are made
/// when they do not exist, migrated forward when older), or `sqlite::memory:`, private to the
/// object and gone with it, for tests. A connection that is lost is made anew by the next call.
/// Throws StoreRefused with advice (another kind of URL, a foreign or newer store, a file that
/// another process has open, a wrong password), StoreUnavailable.
std::unique_ptr<Store> open_store(std::string_view url, const StoreOptions& options = {});

/// Opens an existing store for reading only, also while another process writes it. All reads of the
/// object see the store at the moment of the first one. `claim` and `commit` throw StoreRefused.
/// Throws as open_store; also StoreAbsent when there is no store, StoreRefused when it has an older
/// schema. When the connection is lost, every later call throws StoreUnavailable.
std::unique_ptr<Store> open_store_snapshot(std::string_view url);

/// The URL as people may see it: without a password.
std::string shown_store_url(std::string_view url);

}  // namespace parkwatch
