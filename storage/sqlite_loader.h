#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "storage/process_lock.h"
#include "storage/sqlite_handle.h"
#include "storage/store_loader.h"

namespace parkwatch {

class SqliteLoader : public StoreLoader {
 public:
  explicit SqliteLoader(const std::filesystem::path& file);
  ~SqliteLoader() override;
  void add(TableId table, const Row& row) override;
  void finish() override;

 private:
  std::shared_ptr<ProcessLock> lock_;
  SqliteConnection connection_;
  std::unique_ptr<SqliteTransaction> transaction_;
  std::map<TableId, SqliteStatement> inserts_;
};

}  // namespace parkwatch
