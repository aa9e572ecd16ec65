#include "storage/sqlite_handle.h"

#include <sqlite3.h>

#include <utility>

#include "model/check.h"
#include "storage/store.h"

namespace parkwatch {

namespace {

/// What a person can do about a failure that may pass; empty for one that will not.
std::string_view advice_for_retry(int primary_code) {
  switch (primary_code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another connection held it for too long";
    case SQLITE_FULL:
      return "the disk is full; free space and it goes on";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "it can not be written; check the permissions of the file and its folder";
    case SQLITE_CANTOPEN:
      return "it can not be opened; check that the folder exists and its permissions";
    case SQLITE_IOERR:
      return "reading or writing the disk failed";
    case SQLITE_NOMEM:
      return "there is not enough memory";
    case SQLITE_INTERRUPT:
      return "it was interrupted";
    default:
      return {};
  }
}

std::string_view advice_for_refusal(int primary_code) {
  switch (primary_code) {
    case SQLITE_CORRUPT:
      return "the file is damaged; restore it from a backup, or replay the log into a new store";
    case SQLITE_NOTADB:
      return "the file is not a Parkwatch store; name another file";
    default:
      return "the file does not have the tables of this program";
  }
}

}  // namespace

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Mode mode,
                                   std::chrono::milliseconds busy_timeout)
    : name_(file.string()) {
  const int access =
      mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(name_.c_str(), &handle_,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) {
    const SqliteConnection* self = this;
    try {
      self->fail(code, "open it");
    } catch (...) {
      sqlite3_close(handle_);
      throw;
    }
  }
  sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout.count()));
}

SqliteConnection::~SqliteConnection() {
  sqlite3_close_v2(handle_);
}

void SqliteConnection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "run " + sql.substr(0, sql.find('\n')));
}

std::int64_t SqliteConnection::integer(const std::string& sql) {
  SqliteStatement statement(*this, sql);
  const bool found = statement.step();
  check(found);
  return statement.integer(0);
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteConnection::fail(int code, std::string_view doing) const {
  const int primary_code = code & 0xff;
  const std::string_view retry = advice_for_retry(primary_code);
  const std::string_view advice = retry.empty() ? advice_for_refusal(primary_code) : retry;
  const char* detail = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  std::string text = "store " + name_ + ": could not ";
  text.append(doing).append(": ").append(advice).append(" (SQLite: ").append(detail);
  text.append(", code ").append(std::to_string(code)).append(")");
  if (retry.empty()) throw StoreRefused(text);
  throw StoreUnavailable(text);
}

SqliteStatement::SqliteStatement(const SqliteConnection& connection, const std::string& sql)
    : connection_(&connection) {
  const int code =
      sqlite3_prepare_v3(connection.handle(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                         SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  require(code, "prepare a statement");
}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

void SqliteStatement::require(int code, std::string_view doing) {
  if (code != SQLITE_OK) connection_->fail(code, doing);
}

void SqliteStatement::bind(int parameter, std::int64_t value) {
  require(sqlite3_bind_int64(statement_, parameter, value), "bind a number");
}

void SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer would bind null instead of an empty text.
  const char* bytes = text.empty() ? "" : text.data();
  require(
      sqlite3_bind_text64(statement_, parameter, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8),
      "bind a text");
}

void SqliteStatement::bind(int parameter, const Cell& cell, ColumnType type) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return bind(parameter, *number);
  const auto* bytes = std::get_if<std::string>(&cell);
  if (bytes == nullptr) return require(sqlite3_bind_null(statement_, parameter), "bind null");
  if (type != ColumnType::Blob) return bind(parameter, std::string_view(*bytes));
  require(sqlite3_bind_blob64(statement_, parameter, bytes->data(), bytes->size(), SQLITE_STATIC),
          "bind bytes");
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  reset();
  if (code != SQLITE_DONE) connection_->fail(code, "read or write");
  return false;
}

void SqliteStatement::run() {
  while (step()) {
  }
}

void SqliteStatement::reset() noexcept {
  sqlite3_reset(statement_);
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string SqliteStatement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr || size == 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

void SqliteStatement::read(Row& row) const {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int column = static_cast<int>(i);
    switch (sqlite3_column_type(statement_, column)) {
      case SQLITE_NULL:
        row[i] = std::monostate{};
        break;
      case SQLITE_INTEGER:
        row[i] = std::int64_t{integer(column)};
        break;
      default:
        row[i] = text(column);
    }
  }
}

SqliteTransaction::SqliteTransaction(SqliteConnection& connection, Kind kind)
    : connection_(connection) {
  check(!connection.in_transaction());
  connection_.execute(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
}

SqliteTransaction::~SqliteTransaction() {
  // Some failures roll back by themselves; there is nothing left to undo then.
  if (!connection_.in_transaction()) return;
  sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
  connection_.execute("COMMIT");
}

}  // namespace parkwatch
