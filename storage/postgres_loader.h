#pragma once

#include <string>
#include <vector>

#include "storage/postgres_handle.h"
#include "storage/store_loader.h"

namespace parkwatch {

class PostgresLoader : public StoreLoader {
 public:
  explicit PostgresLoader(std::string url);
  ~PostgresLoader() override;
  void add(TableId table, const Row& row) override;
  void finish() override;

 private:
  void flush();

  PostgresConnection connection_;
  PostgresTransaction transaction_;
  TableId table_{};
  std::vector<Row> rows_;  // of table_, not written yet
};

}  // namespace parkwatch
