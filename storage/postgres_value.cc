#include "storage/postgres_value.h"

#include <limits>
#include <utility>

#include "model/check.h"
#include "storage/postgres_text.h"

namespace parkwatch {

namespace {

/// The lowest byte last, as the protocol has numbers.
template <class Number>
void append_number(std::string& bytes, Number number) {
  for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
  }
}

std::int64_t read_number(const char* bytes, int size) {
  check(size == 8);
  std::uint64_t number = 0;
  for (int i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(number);
}

/// What stands in the array's header for the type of its elements; fixed by the server's catalog.
std::uint32_t type_id(ColumnType type) {
  constexpr std::uint32_t bytea_id = 17;
  constexpr std::uint32_t bigint_id = 20;
  constexpr std::uint32_t text_id = 25;
  if (type == ColumnType::Text) return text_id;
  return type == ColumnType::Blob ? bytea_id : bigint_id;
}

std::string bytes_of(const Cell& cell, ColumnType type) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    std::string bytes;
    append_number(bytes, static_cast<std::uint64_t>(*number));
    return bytes;
  }
  const std::string& text = std::get<std::string>(cell);
  return type == ColumnType::Blob ? text : postgres_text(text);
}

}  // namespace

std::string_view postgres_type(ColumnType type) {
  switch (type) {
    case ColumnType::Text:
      return "text";
    case ColumnType::Blob:
      return "bytea";
    case ColumnType::Integer:
    case ColumnType::Boolean:
    case ColumnType::Time:
    case ColumnType::Decimal6:
    case ColumnType::Decimal9:
      return "bigint";
  }
  return {};
}

void PostgresParameters::add(std::int64_t value) {
  add(Cell(value), ColumnType::Integer);
}

void PostgresParameters::add(std::string_view text) {
  values_.push_back({postgres_text(text), false});
}

void PostgresParameters::add(const Cell& cell, ColumnType type) {
  const bool null = std::holds_alternative<std::monostate>(cell);
  values_.push_back({null ? std::string() : bytes_of(cell, type), null});
}

const char* PostgresParameters::data(std::size_t index) const {
  return values_[index].null ? nullptr : values_[index].bytes.c_str();
}

int PostgresParameters::size(std::size_t index) const {
  const std::size_t size = values_[index].bytes.size();
  check(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(size);
}

PostgresArray::PostgresArray(ColumnType type) : type_(type) {}

void PostgresArray::add(const Cell& cell) {
  ++count_;
  if (std::holds_alternative<std::monostate>(cell)) {
    append_number(elements_, ~std::uint32_t{0});  // -1: null
    return;
  }
  const std::string bytes = bytes_of(cell, type_);
  append_number(elements_, static_cast<std::uint32_t>(bytes.size()));
  elements_ += bytes;
}

std::string PostgresArray::take() {
  std::string whole;
  whole.reserve(elements_.size() + 20);
  append_number(whole, std::uint32_t{1});  // dimensions
  append_number(whole, std::uint32_t{1});  // there may be nulls
  append_number(whole, type_id(type_));
  append_number(whole, std::exchange(count_, 0U));
  append_number(whole, std::uint32_t{1});  // first index
  whole += std::exchange(elements_, {});
  return whole;
}

Cell postgres_cell(const char* bytes, int size, ColumnType type) {
  if (bytes == nullptr) return std::monostate{};
  const std::string_view text(bytes, static_cast<std::size_t>(size));
  switch (type) {
    case ColumnType::Text:
      return text_from_postgres(text);
    case ColumnType::Blob:
      return std::string(text);
    default:
      return read_number(bytes, size);
  }
}

}  // namespace parkwatch
