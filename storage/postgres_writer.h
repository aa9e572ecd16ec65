#pragma once

#include <span>
#include <vector>

#include "storage/postgres_handle.h"
#include "storage/store.h"

namespace parkwatch {

/// The statements that write a commit's offsets, counters, parks and rows, in the order in which
/// every commit takes its locks. Rows go as arrays, many to a statement.
std::vector<PostgresCall> write_calls(const Commit& commit);

/// Statements with an array for each of the columns from `first` on; as many as it takes to keep
/// each of a reasonable size.
std::vector<PostgresCall> array_calls(const std::string& sql, std::span<const Column> columns,
                                      std::span<const Row* const> rows, std::size_t first);
/// One such statement, of any size.
PostgresCall array_call(std::string sql, std::span<const Column> columns,
                        std::span<const Row* const> rows, std::size_t first);

}  // namespace parkwatch
