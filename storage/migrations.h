#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace parkwatch {

/// What brings a store from one schema version to the next, in each form's SQL. New columns take
/// the type that storage/sqlite_schema.cc and storage/postgres_schema.cc give their kind.
struct Migration {
  std::string_view sqlite;
  std::string_view postgres;
};

/// Entry 0 leads from version 1 to version 2. A new store is made from the present schema at once.
std::span<const Migration> migrations();

/// The version that a store has after all steps.
std::int64_t schema_version(std::span<const Migration> steps);

/// Throws StoreRefused with advice when the store has a later version than the steps lead to.
void refuse_newer(std::string_view store, std::int64_t version, std::span<const Migration> steps);
/// Throws StoreRefused with advice when a reader finds an earlier version than the steps lead to.
void refuse_older(std::string_view store, std::int64_t version, std::span<const Migration> steps);

}  // namespace parkwatch
