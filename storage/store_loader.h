#pragma once

#include <memory>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// Fills an empty store with rows of every table, as a backup has them. Nothing is there until
/// `finish`. Errors: StoreUnavailable, StoreRefused. Threads: one.
class StoreLoader {
 public:
  virtual ~StoreLoader() = default;
  /// All cells, also the key of a sequence. Each key once.
  virtual void add(TableId table, const Row& row) = 0;
  virtual void finish() = 0;
};

/// As open_store; also StoreRefused when the store holds a row already.
std::unique_ptr<StoreLoader> open_store_loader(std::string_view url);

/// Throws StoreRefused with advice: a backup is not poured over other rows.
[[noreturn]] void refuse_to_fill(std::string_view store, const Table& table);

}  // namespace parkwatch
