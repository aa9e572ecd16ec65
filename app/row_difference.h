#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "storage/schema.h"

namespace parkwatch {

/// One row that differs, on a line: "verdict KEY: state over -> compliant; ratio 1.2 -> 0.75".
/// nullptr where there is none. Columns that may differ between equal stores are left out; empty
/// when nothing else differs.
std::string difference_line(TableId table, const Row* before, const Row* after);

/// How many rows differ, and how.
class DifferenceTotals {
 public:
  void add(TableId table, const Row* before, const Row* after);
  /// Lines such as "verdict: 12 changed, 0 new, 0 gone; state over -> compliant 9".
  std::string text() const;
  std::int64_t count() const;

 private:
  struct Total {
    std::int64_t changed = 0, fresh = 0, gone = 0;
    std::map<std::string, std::int64_t> states;  // "over -> compliant"
  };
  std::map<TableId, Total> totals_;
};

}  // namespace parkwatch
