#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "storage/schema.h"

struct sqlite3;
struct sqlite3_stmt;

namespace parkwatch {

/// One SQLite connection, closed by its destructor.
/// Errors (of every class here): StoreUnavailable where a retry may help (busy, full, read-only,
/// I/O), StoreRefused where it can not (damaged, not a database, another schema). Threads: one.
class SqliteConnection {
 public:
  enum class Mode : std::uint8_t { ReadWrite, ReadOnly };

  /// `file` may be ":memory:". A missing file is made in ReadWrite and refused in ReadOnly.
  SqliteConnection(const std::filesystem::path& file, Mode mode,
                   std::chrono::milliseconds busy_timeout);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  /// Runs statements that return nothing of interest.
  void execute(const std::string& sql);
  /// The first column of the first row, which must exist.
  std::int64_t integer(const std::string& sql);
  bool in_transaction() const;
  sqlite3* handle() const { return handle_; }
  const std::string& name() const { return name_; }
  /// Throws what the result code stands for; `doing` completes "could not ...".
  [[noreturn]] void fail(int code, std::string_view doing) const;

 private:
  sqlite3* handle_ = nullptr;
  std::string name_;
};

/// A prepared statement. Bound text is borrowed: it must live until the statement was stepped.
class SqliteStatement {
 public:
  /// Stays valid while `connection` does.
  SqliteStatement(const SqliteConnection& connection, const std::string& sql);
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  ~SqliteStatement();

  /// Parameters are numbered from 1.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, const Cell& cell, ColumnType type);

  /// True when there is a row. At the end and on errors the statement is ready to be bound anew.
  bool step();
  /// Steps to the end.
  void run();
  void reset() noexcept;

  /// Columns of the present row, numbered from 0.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  /// Sets every cell of `row`, which has as many cells as the statement has columns.
  void read(Row& row) const;

 private:
  void require(int code, std::string_view doing);
  const SqliteConnection* connection_;
  sqlite3_stmt* statement_ = nullptr;
};

/// Resets a cached statement when a loop over its rows is left early or by an exception.
class SqliteCursor {
 public:
  explicit SqliteCursor(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteCursor() { statement_.reset(); }
  SqliteCursor(const SqliteCursor&) = delete;
  SqliteCursor& operator=(const SqliteCursor&) = delete;

 private:
  SqliteStatement& statement_;
};

/// Rolls back unless committed. Write takes the write lock at once, so it never fails half-way for
/// it.
class SqliteTransaction {
 public:
  enum class Kind : std::uint8_t { Read, Write };
  SqliteTransaction(SqliteConnection& connection, Kind kind);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteConnection& connection_;
};

}  // namespace parkwatch
