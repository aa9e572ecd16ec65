#pragma once

#include <memory>
#include <string>

#include "storage/postgres_handle.h"

namespace parkwatch {

/// The server that run_postgres.sh has started, and a hand on it.
class TestServer {
 public:
  /// Of the super-user; other user or database names may be given.
  static std::string url(const std::string& database = "postgres",
                         const std::string& user = "postgres");
  static int port();
  static std::unique_ptr<PostgresConnection> connect(const std::string& database = "postgres");
  /// crash (immediate stop) or start.
  static void control(const std::string& action);
};

/// A database of its own for one test, removed at the end.
class TestDatabase {
 public:
  /// `options` stand behind CREATE DATABASE NAME.
  explicit TestDatabase(const std::string& options = "");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url() const { return TestServer::url(name_); }
  /// A connection of no Parkwatch store.
  std::unique_ptr<PostgresConnection> connect() const { return TestServer::connect(name_); }
  /// Ends every other connection to it, as an operator would.
  void cut_connections() const;

 private:
  std::string name_;
};

}  // namespace parkwatch
