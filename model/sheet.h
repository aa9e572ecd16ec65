#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/csv.h"
#include "model/decimal.h"
#include "model/fault.h"
#include "model/registry.h"

namespace parkwatch {

/// The files of one folder, in memory; `folder` is what faults show before the name.
struct TextFiles {
  std::string folder;
  std::map<std::string, std::string> texts;  // by file name
  std::string path(std::string_view name) const;
};

/// A column a CSV file may have. A required one must be in the header.
struct SheetColumn {
  std::string_view name;
  bool required = false;
  std::string_view help = {};  // what it means, for documents and starter files
};

class Sheet;

/// One row of a Sheet. Every reader reports what it refuses as a fault of the row and then answers
/// as if the cell were empty, so that one run finds all faults; the set is refused anyway.
class SheetRow {
 public:
  SheetRow(const Sheet& sheet, Faults& faults) : sheet_(sheet), faults_(faults) {}

  int line() const;
  /// The cell without blanks around it; empty where the file lacks the column.
  std::string text(std::string_view column) const { return std::string(cell(column)); }
  /// As text(); empty is a fault.
  std::string required(std::string_view column) const;
  /// A required id, see is_id().
  std::string id(std::string_view column) const;
  std::optional<Number> number(std::string_view column) const;
  /// Not more than 6 decimals.
  std::optional<Decimal> decimal(std::string_view column) const;
  /// Not more than 9 decimals.
  std::optional<MassDecimal> mass(std::string_view column) const;
  /// `otherwise` for an empty cell.
  int whole(std::string_view column, int otherwise, int least, int greatest) const;
  bool yes_no(std::string_view column, bool otherwise) const;
  /// Parts between semicolons, without empty ones.
  std::vector<std::string> list(std::string_view column) const;
  /// Columns valid_from and valid_to; see Validity.
  Validity validity() const;
  /// One of the names; `otherwise` for an empty cell, without which empty is a fault.
  template <class Choice>
  Choice choice(std::string_view column, std::optional<Choice> otherwise,
                std::initializer_list<std::pair<std::string_view, Choice>> names) const {
    const std::string_view given = cell(column);
    for (const auto& [name, value] : names) {
      if (given == name) return value;
    }
    if (otherwise && given.empty()) return *otherwise;
    std::vector<std::string_view> allowed;
    for (const auto& [name, value] : names) allowed.push_back(name);
    refuse_choice(column, allowed);
    return names.begin()->second;
  }

  void fault(std::string message, std::string advice) const;
  void warn(std::string message, std::string advice) const;

 private:
  std::string_view cell(std::string_view column) const;
  void refuse_choice(std::string_view column, std::span<const std::string_view> allowed) const;
  void refuse_number(std::string_view column, std::string_view what) const;
  std::optional<EventTime> instant(std::string_view column) const;

  const Sheet& sheet_;
  Faults& faults_;
};

/// A CSV file whose first row names its columns. Its text and the faults outlive it.
class Sheet {
 public:
  /// `file` is the name that faults show.
  Sheet(std::string file, std::string_view text, std::span<const SheetColumn> columns,
        Faults& faults);
  /// Once.
  void for_each(const std::function<void(const SheetRow&)>& visit);

 private:
  friend class SheetRow;
  void read_header(std::span<const SheetColumn> columns);
  std::string_view cell(std::string_view column) const;
  void add(int line, Severity severity, std::string message, std::string advice) const;

  std::string file_;
  CsvReader reader_;
  std::vector<std::string> header_;
  mutable std::size_t last_column_ = 0;  // that was asked for
  bool usable_ = false;                  // the header can be trusted
  Faults& faults_;
  std::size_t first_fault_;  // where the file's faults begin
};

/// "2026-03-15" (local midnight in China Standard Time) or a full ISO time with a zone.
std::optional<EventTime> parse_day_or_time(std::string_view text);

/// Whether a and b share an instant.
bool overlap(const Validity& a, const Validity& b);

}  // namespace parkwatch
