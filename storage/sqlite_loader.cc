#include "storage/sqlite_loader.h"

#include <chrono>
#include <string>

#include "storage/sql_text.h"
#include "storage/sqlite_schema.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds busy_timeout{10'000};

std::string insert_sql(const Table& table) {
  std::string sql =
      "INSERT INTO " + quoted_name(table.name) + " (" + quoted_names(table.columns) + ") VALUES (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) sql += i == 0 ? "?" : ", ?";
  return sql + ")";
}

}  // namespace

SqliteLoader::SqliteLoader(const std::filesystem::path& file)
    : lock_(ProcessLock::acquire(file)),
      connection_(file, SqliteConnection::Mode::ReadWrite, busy_timeout) {
  connection_.execute("PRAGMA synchronous = FULL");
  prepare_for_writing(connection_, migrations());
  transaction_ = std::make_unique<SqliteTransaction>(connection_, SqliteTransaction::Kind::Write);
  for (const Table& table : tables()) {
    if (connection_.integer("SELECT EXISTS (SELECT 1 FROM " + quoted_name(table.name) + ")") != 0) {
      refuse_to_fill(connection_.name(), table);
    }
  }
}

SqliteLoader::~SqliteLoader() {
  inserts_.clear();
}

void SqliteLoader::add(TableId id, const Row& row) {
  const Table& target = table(id);
  auto insert = inserts_.find(id);
  if (insert == inserts_.end()) {
    insert = inserts_.emplace(id, SqliteStatement(connection_, insert_sql(target))).first;
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    insert->second.bind(static_cast<int>(i) + 1, row[i], target.columns[i].type);
  }
  insert->second.run();
}

void SqliteLoader::finish() {
  transaction_->commit();
}

}  // namespace parkwatch
