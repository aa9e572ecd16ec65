#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/postgres_handle.h"
#include "storage/store.h"

namespace parkwatch {

/// A Store in the schema `parkwatch` of a PostgreSQL database; any number of processes may write.
/// A commit locks in one order: the partition's progress, its parks by key, the active set, then
/// rows by table and key. After a lost connection the next call makes a new one.
class PostgresStore : public Store {
 public:
  struct Options {
    StoreOptions common;
    bool read_only = false;  // a snapshot; see open_store_snapshot
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds statement_timeout{60'000};    // of a writer
    std::chrono::milliseconds snapshot_timeout{3'600'000};  // of one read of a snapshot
  };

  /// Connects and makes or checks the tables. Throws StoreRefused, StoreUnavailable.
  PostgresStore(std::string url, Options options);
  ~PostgresStore() override;

  Checkpoint claim(const PartitionId& partition) override;
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override;
  void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
            const RowSink& sink) override;
  void hold_parks(std::span<const std::string> parks) override;
  void commit(const Commit& commit) override;
  std::string active_set() override;

 private:
  PostgresConnection& connection();
  void require_writable() const;
  void stream(const Table& table, const PostgresCall& call, const RowSink& sink);
  void read_run(const Table& table, std::span<const Key> prefixes, const RowSink& sink);
  void check_and_lock(const Commit& commit);
  void check_parks(const Commit& commit, const PostgresResult& stored);

  std::string url_;
  Options options_;
  std::unique_ptr<PostgresConnection> connection_;
  std::optional<PostgresTransaction> held_;      // by hold_parks, for the next commit
  std::optional<PostgresTransaction> snapshot_;  // of a reader
  bool lost_ = false;                            // the snapshot's moment is gone
};

}  // namespace parkwatch
