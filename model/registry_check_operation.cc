#include <algorithm>
#include <map>

#include "model/registry_check.h"

namespace parkwatch {

std::string RegistryCheck::enterprise_of(UnitOf of, const std::string& unit) const {
  const Index& index = of == UnitOf::Line ? lines_ : facilities_;
  const std::span<const Dated> found = index.find(unit);
  return found.empty() ? std::string() : std::string(found.front().owner);
}

bool RegistryCheck::metered(UnitOf of, const std::string& unit, const Validity& validity) const {
  const std::vector<Meter>& meters = sheets_.meters.items;
  return std::any_of(meters.begin(), meters.end(), [&](const Meter& meter) {
    return meter.of == of && meter.unit == unit && meter.signal != MeterSignal::Damper &&
           overlap(meter.validity, validity);
  });
}

/// A device's values reach one park: all its meters, and its outlet, are of one enterprise.
void RegistryCheck::meters() {
  const SheetRows<Meter>& rows = sheets_.meters;
  if (rows.items.empty()) return;
  if (context_.rules.operation.empty()) {
    fault(rows, 0, "the rules have no operation.csv, so no meter can be judged",
          "take it from the rules that come with the program");
  }
  std::map<std::string_view, std::string> enterprises;  // by MN
  const Dated* former = nullptr;
  for (const Dated& device : devices_.rows()) {
    const bool first = former == nullptr || former->id != device.id;
    former = &device;
    const std::span<const Dated> outlet = outlets_.find(device.owner);
    if (first && !outlet.empty()) enterprises[device.id] = outlet.front().owner;
  }
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Meter& meter = rows.items[i];
    const std::string enterprise = enterprise_of(meter.of, meter.unit);
    if (enterprise.empty()) continue;  // reported as a reference
    const auto [known, fresh] = enterprises.emplace(meter.mn, enterprise);
    if (fresh || known->second == enterprise) continue;
    fault(rows, i,
          "`" + meter.unit + "` belongs to another enterprise than what else `" + meter.mn +
              "` measures",
          "name a unit of `" + known->second + "`, or correct `mn`");
  }
}

/// All rows of a group ask for the same number of facilities, and there are as many.
void RegistryCheck::treatment_group(std::size_t i) {
  const SheetRows<Treatment>& rows = sheets_.treatments;
  const Treatment& treatment = rows.items[i];
  std::int64_t members = 0;
  for (const Treatment& other : rows.items) {
    const bool same = other.line == treatment.line && other.group == treatment.group &&
                      other.validity.covers(treatment.validity.from);
    if (!same) continue;
    ++members;
    if (other.required == treatment.required) continue;
    fault(rows, i, "`required` differs from another row of the group `" + treatment.group + "`",
          "write the same number in all rows of the group");
    return;
  }
  if (treatment.required.value_or(1) <= members) return;
  fault(rows, i,
        "`required` is " + std::to_string(*treatment.required) + ", but the group `" +
            treatment.group + "` has " + std::to_string(members),
        "lower it, or add the missing facilities");
}

void RegistryCheck::treatments() {
  const SheetRows<Treatment>& rows = sheets_.treatments;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Treatment& treatment = rows.items[i];
    treatment_group(i);
    const std::string of_line = enterprise_of(UnitOf::Line, treatment.line);
    const std::string of_facility = enterprise_of(UnitOf::Facility, treatment.facility);
    if (of_line.empty() || of_facility.empty()) continue;
    if (of_line != of_facility) {
      fault(rows, i,
            "line `" + treatment.line + "` and facility `" + treatment.facility +
                "` are not of one enterprise",
            "name a facility of `" + of_line + "`");
      continue;
    }
    for (const auto& [of, unit] : {std::pair(UnitOf::Line, treatment.line),
                                   std::pair(UnitOf::Facility, treatment.facility)}) {
      if (metered(of, unit, treatment.validity) || refused("meters.csv")) continue;
      warn(rows, i, "`" + unit + "` has no meter, so it is never known to be on or off",
           "add its power or current to meters.csv");
    }
  }
}

void RegistryCheck::baselines() {
  const SheetRows<Baseline>& rows = sheets_.baselines;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Baseline& baseline = rows.items[i];
    const std::vector<Treatment>& treatments = sheets_.treatments.items;
    const bool treated =
        std::any_of(treatments.begin(), treatments.end(), [&](const Treatment& row) {
          return row.line == baseline.line && row.facility == baseline.facility &&
                 overlap(row.validity, baseline.validity);
        });
    if (treated) continue;
    warn(rows, i, "`" + baseline.facility + "` does not treat what `" + baseline.line + "` emits",
         "add the pair to treatments.csv");
  }
}

void RegistryCheck::orders() {
  const SheetRows<OperationOrder>& rows = sheets_.orders;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const OperationOrder& order = rows.items[i];
    if (order.unit.empty()) continue;
    bool known = false;
    for (const Index* index : {&lines_, &facilities_, &outlets_}) {
      const std::span<const Dated> found = index->find(order.unit);
      known = known || (!found.empty() && found.front().owner == order.enterprise);
    }
    if (known) continue;
    fault(rows, i,
          "`" + order.unit + "` is no line, facility or outlet of `" + order.enterprise + "`",
          "correct the id, or empty `unit` to mean the whole enterprise");
  }
}

}  // namespace parkwatch
