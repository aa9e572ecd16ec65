#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/postgres_value.h"

struct pg_conn;
struct pg_result;

namespace parkwatch {

/// The rows that a statement gave, in binary form.
class PostgresResult {
 public:
  explicit PostgresResult(pg_result* result) : result_(result) {}

  int rows() const;
  /// How many rows an INSERT, UPDATE or DELETE touched.
  std::int64_t touched() const;
  Cell cell(int row, int column, ColumnType type) const;
  std::int64_t integer(int row, int column) const;
  std::string text(int row, int column) const;
  pg_result* handle() const { return result_.get(); }

 private:
  struct Free {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Free> result_;
};

/// One statement with its parameters. It is prepared once for each text and connection.
struct PostgresCall {
  std::string sql;
  PostgresParameters parameters;
};

/// One connection to PostgreSQL. Every wait has an end.
/// Errors (of every class here): StoreUnavailable where a retry may help, StoreRefused where it can
/// not; see storage/postgres_failure.h. After a failure of the connection itself it is not usable
/// any more. Threads: one.
class PostgresConnection {
 public:
  struct Options {
    std::string url;  // as libpq takes it: postgresql://USER@HOST:PORT/DATABASE?PARAMETERS
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds lock_timeout{10'000};
    std::chrono::milliseconds statement_timeout{60'000};
  };

  /// Connects. Also StoreRefused for a server that is too old or a database in another encoding.
  explicit PostgresConnection(Options options);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Runs statements without parameters, and gives the result of the last.
  PostgresResult execute(const std::string& sql);
  PostgresResult run(const std::string& sql, const PostgresParameters& parameters = {});
  /// Runs all of them in one round trip; the first that fails is thrown. In a transaction only.
  std::vector<PostgresResult> run(std::span<const PostgresCall> calls);
  /// Calls the sink with a result of one row, for each row, without holding all of them. What the
  /// sink throws is passed on; the connection is not usable then.
  void stream(const std::string& sql, const PostgresParameters& parameters,
              const std::function<void(const PostgresResult&)>& sink);

  bool usable() const;
  bool in_transaction() const;
  /// In a transaction that can only be rolled back any more.
  bool transaction_failed() const;
  /// The URL without secrets.
  const std::string& name() const { return name_; }

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Deadline = std::chrono::steady_clock::time_point;

  void connect();
  void check_server();
  Deadline deadline() const;
  PostgresResult next(Deadline until);
  PostgresResult last_result();
  void require_sent(int sent);
  void send(const std::string& name, const PostgresParameters& parameters);
  const std::string& prepared(const std::string& sql);
  std::vector<PostgresResult> collect(std::size_t count);
  [[noreturn]] void fail(const PostgresResult& result);
  [[noreturn]] void fail_connection(std::string_view doing);

  Options options_;
  std::string name_;
  std::unique_ptr<pg_conn, Finish> connection_;
  std::map<std::string, std::string> prepared_;  // names of statements by their text
  bool broken_ = false;
  bool row_by_row_ = false;  // how the last statement was read
};

/// Rolls back unless committed.
class PostgresTransaction {
 public:
  /// `begin` is a BEGIN statement with the isolation that is wanted.
  PostgresTransaction(PostgresConnection& connection, const std::string& begin);
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  void commit();

 private:
  PostgresConnection& connection_;
};

/// The URL as messages may show it: without password and parameters. Throws StoreRefused when it
/// can not be read.
std::string postgres_name(std::string_view url);

}  // namespace parkwatch
