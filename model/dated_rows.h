#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/sheet.h"

namespace parkwatch {

/// Rows seen so far under one key, to refuse two that hold at the same time.
class SeenRows {
 public:
  void add(const std::string& key, const Validity& validity, const SheetRow& row);

 private:
  std::map<std::string, std::vector<std::pair<Validity, int>>> rows_;
};

/// Reads one file of a rules folder row by row; a missing one is a fault.
void read_rule_sheet(const TextFiles& files, const std::string& name,
                     std::span<const SheetColumn> columns, Faults& faults,
                     const std::function<void(const SheetRow&)>& visit);

/// The validity of a rule row; a date that says `unknown` is an open bound and makes the row
/// unsure, and so does an unknown clause.
Validity dated(const SheetRow& row, bool& sure);

}  // namespace parkwatch
