#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/schema.h"

namespace parkwatch {

/// The SQL type of a column: text, bytea or bigint.
std::string_view postgres_type(ColumnType type);

/// The parameters of one statement, in PostgreSQL's binary form.
class PostgresParameters {
 public:
  void add(std::int64_t value);
  void add(std::string_view text);
  void add(const Cell& cell, ColumnType type);
  /// An array, whole as PostgresArray gives it.
  void add_array(std::string bytes) { values_.push_back({std::move(bytes), false}); }

  std::size_t count() const { return values_.size(); }
  /// nullptr for null.
  const char* data(std::size_t index) const;
  int size(std::size_t index) const;

 private:
  struct Value {
    std::string bytes;
    bool null;
  };
  std::vector<Value> values_;
};

/// One column of many rows, as a parameter that `unnest` takes.
class PostgresArray {
 public:
  explicit PostgresArray(ColumnType type);
  void add(const Cell& cell);
  std::size_t bytes() const { return elements_.size(); }
  /// The whole array; what was added is gone.
  std::string take();

 private:
  ColumnType type_;
  std::string elements_;
  std::uint32_t count_ = 0;
};

/// A value of a result in binary form as a cell. `bytes` is nullptr for null.
Cell postgres_cell(const char* bytes, int size, ColumnType type);

}  // namespace parkwatch
