#include "model/units_csv.h"

#include <map>
#include <optional>
#include <utility>

#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

using Neighbours = std::map<std::string, std::vector<UnitConversion>>;

/// Conversions from one unit to every unit that can be reached.
std::map<std::string, UnitConversion> reach(const std::string& from, const Neighbours& neighbours,
                                            const std::string& file, Faults& faults) {
  std::map<std::string, UnitConversion> reached{{from, {from, from, 1, 1}}};
  std::vector<std::string> open{from};
  while (!open.empty()) {
    const std::string unit = std::move(open.back());
    open.pop_back();
    for (const UnitConversion& step : neighbours.at(unit)) {
      const std::optional<UnitConversion> way = chain(reached.at(unit), step);
      if (!way) {
        faults.push_back({file, 0, Severity::Fault,
                          "the conversion from " + from + " to " + step.to + " leaves 64 bits",
                          "remove a unit between them"});
        continue;
      }
      const auto [at, fresh] = reached.emplace(step.to, *way);
      if (fresh) {
        open.push_back(step.to);
      } else if (at->second.numerator != way->numerator ||
                 at->second.denominator != way->denominator) {
        faults.push_back({file, 0, Severity::Fault,
                          "two ways from " + from + " to " + step.to + " disagree",
                          "correct or remove one of the conversions"});
      }
    }
  }
  reached.erase(from);
  return reached;
}

}  // namespace

void read_unit(const SheetRow& row, std::vector<UnitConversion>& units) {
  UnitConversion unit;
  unit.from = row.required("from");
  unit.to = row.required("to");
  unit.numerator = row.whole("numerator", 0, 1, 999'999'999);
  unit.denominator = row.whole("denominator", 0, 1, 999'999'999);
  if (unit.numerator == 0 || unit.denominator == 0) {
    row.fault("the conversion has no numerator or denominator",
              "to = from * numerator / denominator");
    return;
  }
  if (unit.from == unit.to) row.fault("a unit converts to itself", "remove the row");
  units.push_back(std::move(unit));
}

void close_units(const std::string& file, std::vector<UnitConversion>& units, Faults& faults) {
  Neighbours neighbours;
  for (const UnitConversion& unit : units) {
    neighbours[unit.from].push_back(unit);
    neighbours[unit.to].push_back({unit.to, unit.from, unit.denominator, unit.numerator});
  }
  units.clear();
  for (const auto& [from, steps] : neighbours) {
    for (auto& [to, conversion] : reach(from, neighbours, file, faults)) {
      units.push_back(std::move(conversion));
    }
  }
}

}  // namespace parkwatch
