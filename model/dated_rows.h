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

/// Reads what every dated rule has: where it stands, whether that is sure, and when it holds.
template <class Rule>
void read_source(const SheetRow& row, Rule& rule) {
  rule.standard = row.required("standard");
  rule.clause = row.required("clause");
  rule.sure = row.choice<bool>("sure", std::nullopt, {{"yes", true}, {"no", false}});
  rule.validity = dated(row, rule.sure);
}

}  // namespace parkwatch
