#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/park_period.h"
#include "app/rows.h"
#include "storage/store.h"

namespace parkwatch {

/// The cells of a row by their columns' names. The row outlives it.
class NamedRow {
 public:
  NamedRow(TableId id, const Row& row) : table_(id), row_(row) {}
  const Row& row() const { return row_; }
  const Cell& operator[](std::string_view name) const { return row_[column_of(table_, name)]; }
  const std::string& text(std::string_view name) const { return text_of((*this)[name]); }
  EventTime time(std::string_view name) const { return EventTime(number_of((*this)[name])); }
  bool has(std::string_view name) const {
    return !std::holds_alternative<std::monostate>((*this)[name]);
  }

 private:
  TableId table_;
  const Row& row_;
};

/// The rows of a table that is ordered by park, span and start, in that order.
void scan_windows(Store& store, TableId id, const ParkPeriod& period, const std::string& span,
                  const std::function<void(const NamedRow&)>& use);

/// The park's time as stored; nothing without any record.
std::optional<EventTime> stored_park_time(Store& store, const std::string& park);

}  // namespace parkwatch
