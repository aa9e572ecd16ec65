#include "model/dated_rows.h"

#include <optional>

namespace parkwatch {

void SeenRows::add(const std::string& key, const Validity& validity, const SheetRow& row) {
  for (const auto& [earlier, line] : rows_[key]) {
    if (!overlap(earlier, validity)) continue;
    row.fault("`" + key + "` holds at the same time as in line " + std::to_string(line),
              "end one with `valid_to` before the other begins, or remove it");
    return;
  }
  rows_[key].emplace_back(validity, row.line());
}

void read_rule_sheet(const TextFiles& files, const std::string& name,
                     std::span<const SheetColumn> columns, Faults& faults,
                     const std::function<void(const SheetRow&)>& visit) {
  const auto text = files.texts.find(name);
  if (text == files.texts.end()) {
    faults.push_back({files.path(name), 0, Severity::Fault, "the file is missing",
                      "take it from the rules that come with the program"});
    return;
  }
  Sheet(files.path(name), text->second, columns, faults).for_each(visit);
}

Validity dated(const SheetRow& row, bool& sure) {
  if (row.text("clause") == "unknown") sure = false;
  if (row.text("valid_from") != "unknown") return row.validity();
  sure = false;
  Validity validity;
  const std::string to = row.text("valid_to");
  if (to.empty()) return validity;
  const std::optional<EventTime> at = parse_day_or_time(to);
  if (at) {
    validity.to = *at;
  } else {
    row.fault("`valid_to` is no date: `" + to + "`", "write it as 2026-03-15");
  }
  return validity;
}

}  // namespace parkwatch
