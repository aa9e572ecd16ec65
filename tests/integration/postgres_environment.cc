#include "tests/integration/postgres_environment.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace parkwatch {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
  return value;
}

}  // namespace

int TestServer::port() {
  return std::stoi(variable("POSTGRES_PORT"));
}

std::string TestServer::url(const std::string& database, const std::string& user) {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port()) + "/" + database;
}

std::unique_ptr<PostgresConnection> TestServer::connect(const std::string& database) {
  PostgresConnection::Options options;
  options.url = url(database);
  return std::make_unique<PostgresConnection>(options);
}

void TestServer::control(const std::string& action) {
  const std::string command =
      variable("POSTGRES_UP") + " " + action + " " + variable("POSTGRES_FOLDER");
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
}

TestDatabase::TestDatabase(const std::string& options) {
  static std::atomic<int> made = 0;
  name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
  TestServer::connect()->execute("CREATE DATABASE " + name_ + " " + options);
}

TestDatabase::~TestDatabase() {
  try {
    TestServer::connect()->execute("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The server goes at the end, and everything in it.
  }
}

void TestDatabase::cut_connections() const {
  TestServer::connect()->execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_ + "'");
}

}  // namespace parkwatch
