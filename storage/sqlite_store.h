#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "storage/process_lock.h"
#include "storage/sqlite_handle.h"
#include "storage/store.h"

namespace parkwatch {

/// A Store in one SQLite file (WAL, synchronous FULL: what was committed survives a power cut).
/// One process writes it, through as many objects as it likes; readers of any process go on
/// meanwhile.
class SqliteStore : public Store {
 public:
  struct Options {
    StoreOptions common;
    bool read_only = false;      // a snapshot; see open_store_snapshot
    std::int64_t pages_max = 0;  // more fails like a full disk; 0: unlimited
    std::int64_t cache_kibibytes = 32 * 1024;
    std::int64_t log_bytes_max = 64 * 1024 * 1024;  // what the WAL file is cut back to
  };

  /// `file` may be ":memory:". Throws StoreRefused, StoreUnavailable.
  SqliteStore(const std::filesystem::path& file, Options options);
  ~SqliteStore() override;

  Checkpoint claim(const PartitionId& partition) override;
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override;
  void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
            const RowSink& sink) override;
  void commit(const Commit& commit) override;
  std::string active_set() override;

 private:
  class WriterTurn;

  SqliteStatement& statement(const std::string& sql);
  SqliteStatement& upsert(const Table& table);
  void require_writable() const;
  void check_progress(const PartitionMove& move);
  void check_parks(std::span<const ParkVersion> parks);
  void write_progress(const PartitionMove& move);
  void write_parks(std::span<const ParkVersion> parks);
  void write_change(const Change& change);
  void read_prefix(const Table& table, const Key& prefix, Row& row, const RowSink& sink);
  template <class Body>
  void in_read_transaction(Body body);

  Options options_;
  std::shared_ptr<ProcessLock> lock_;  // none for memory and for readers
  SqliteConnection connection_;
  std::map<std::string, SqliteStatement> statements_;  // by SQL text
  std::array<std::optional<SqliteStatement>, table_count> upserts_;
};

}  // namespace parkwatch
