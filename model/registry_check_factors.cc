#include <algorithm>

#include "model/registry_check.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

std::string medium_name(Medium medium) {
  return medium == Medium::Air ? "air" : "water";
}

}  // namespace

bool RegistryCheck::measures(const std::string& outlet, const std::string& factor,
                             const Validity& validity) const {
  const std::span<const Dated> rows = factors_of_outlet_.find(outlet);
  return std::any_of(rows.begin(), rows.end(), [&](const Dated& row) {
    return row.owner == factor && overlap(row.validity, validity);
  });
}

std::optional<Medium> RegistryCheck::medium_of(const std::string& outlet) const {
  const RegisteredOutlet* row = outlet_rows_.first(outlet);
  return row == nullptr ? std::nullopt : std::optional(row->medium);
}

const Limit* RegistryCheck::limit_during(const std::string& id, const Validity& validity) const {
  const Limit* found = nullptr;
  limits_by_id_.each(id, [&](const Limit& limit) {
    if (!overlap(limit.validity, validity)) return;
    if (found == nullptr || !limit.stack.rows.empty()) found = &limit;
  });
  return found;
}

void RegistryCheck::outlets() {
  const SheetRows<RegisteredOutlet>& rows = sheets_.outlets;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const RegisteredOutlet& outlet = rows.items[i];
    for (const std::string& id : outlet.limits) outlet_limit(i, id);
    if (!outlet.mark_scheme.empty()) outlet_scheme(i);
    if (outlet.medium != medium_of(outlet.id)) {
      fault(rows, i, "`" + outlet.id + "` has another medium in an earlier row",
            "give an outlet of another medium an id of its own");
    }
    if (outlet.discharges_to == outlet.enterprise) {
      fault(rows, i, "the outlet discharges to its own enterprise",
            "write environment, or the id of the plant that takes it over");
    }
    if (devices_of_outlet_.find(outlet.id).empty() && !refused("devices.csv")) {
      warn(rows, i, "no device reports for `" + outlet.id + "`", "add its MN to devices.csv");
    }
    if (factors_of_outlet_.find(outlet.id).empty() && !refused("factors.csv")) {
      warn(rows, i, "no factor is measured at `" + outlet.id + "`",
           "add its factors to factors.csv");
    }
    if (outlet.reference_oxygen_percent && !measures(outlet.id, "a19001", outlet.validity)) {
      warn(rows, i, "reference oxygen is given, but `" + outlet.id + "` sends no oxygen (a19001)",
           "add it to factors.csv; otherwise only values that the logger converted can be judged");
    }
  }
}

void RegistryCheck::outlet_scheme(std::size_t i) {
  const SheetRows<RegisteredOutlet>& rows = sheets_.outlets;
  const RegisteredOutlet& outlet = rows.items[i];
  const std::vector<MarkRule>& marks = context_.rules.marks;
  const bool known = std::any_of(marks.begin(), marks.end(), [&](const MarkRule& rule) {
    return rule.scheme == outlet.mark_scheme && overlap(rule.validity, outlet.validity);
  });
  if (known || context_.rules.factors.empty()) return;  // the rules are refused
  fault(rows, i,
        "`mark_scheme`: `" + outlet.mark_scheme + "` is not in the rules for this row's time",
        "use a scheme of rules/mark_schemes.csv, or leave it empty");
}

void RegistryCheck::outlet_limit(std::size_t i, const std::string& id) {
  const SheetRows<RegisteredOutlet>& rows = sheets_.outlets;
  const RegisteredOutlet& outlet = rows.items[i];
  const Limit* limit = limit_during(id, outlet.validity);
  if (limit == nullptr && context_.rules.limits.empty()) return;  // the rules are refused
  if (limit == nullptr) {
    fault(rows, i, "limit `" + id + "` is not in the rules for this row's time",
          "use an id of rules/limits.csv or rules/stack_limits.csv");
    return;
  }
  const Factor* factor = factors_by_code_.first(limit->factor);
  if (factor != nullptr && factor->medium != outlet.medium) {
    fault(rows, i,
          "limit `" + id + "` is for " + medium_name(factor->medium) + ", the outlet for " +
              medium_name(outlet.medium),
          "use a limit of the outlet's medium");
    return;
  }
  if (limit->span == LimitSpan::Other) {
    warn(rows, i,
         "limit `" + id + "` (" + limit->averaging +
             ") is not held against hours or days and gives no verdict",
         "name it for information only");
  }
  if (!measures(outlet.id, limit->factor, outlet.validity)) {
    warn(rows, i, "limit `" + id + "` is for a factor that the outlet does not measure",
         "add " + limit->factor + " to factors.csv, or remove the limit");
  }
  reference_oxygen(i, *limit);
  if (!limit->stack.rows.empty()) stack(i, id);
}

void RegistryCheck::stack(std::size_t i, const std::string& id) {
  const SheetRows<RegisteredOutlet>& rows = sheets_.outlets;
  const RegisteredOutlet& outlet = rows.items[i];
  if (!outlet.stack_height_m) {
    fault(rows, i, "limit `" + id + "` depends on the stack's height, which is not given",
          "fill in `stack_height_m`");
  } else if (!outlet.buildings_height_m) {
    warn(rows, i,
         "limit `" + id +
             "` is lower where buildings around are nearly as high as the stack, "
             "which is not known: its verdicts are unsure",
         "fill in `buildings_height_m`");
  }
}

void RegistryCheck::reference_oxygen(std::size_t i, const Limit& limit) {
  const RegisteredOutlet& outlet = sheets_.outlets.items[i];
  if (limit.reference_oxygen_percent == outlet.reference_oxygen_percent ||
      !limit.reference_oxygen_percent) {
    return;
  }
  const std::string limits = limit.reference_oxygen_percent->text();
  const std::string own =
      outlet.reference_oxygen_percent ? outlet.reference_oxygen_percent->text() + " %" : "none";
  warn(sheets_.outlets, i,
       "limit `" + limit.id + "` refers to " + limits + " % oxygen, the outlet to " + own,
       "write " + limits + " in `reference_oxygen_percent`");
}

void RegistryCheck::factors() {
  const SheetRows<OutletFactor>& rows = sheets_.factors;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const OutletFactor& item = rows.items[i];
    factor_device(i);
    const Factor* factor = factors_by_code_.first(item.factor);
    if (factor == nullptr && context_.rules.factors.empty()) continue;  // the rules are refused
    if (factor == nullptr) {
      fault(rows, i, "factor `" + item.factor + "` is not in the factor table",
            "use a code of rules/factors.csv");
      continue;
    }
    const std::optional<Medium> medium = medium_of(item.outlet);
    if (medium && *medium != factor->medium) {
      fault(rows, i,
            "factor `" + item.factor + "` is for " + medium_name(factor->medium) +
                ", the outlet for " + medium_name(*medium),
            "use a code of the outlet's medium");
    }
    if (!find_conversion(context_.rules, *factor, item.unit)) {
      fault(rows, i, "unit `" + item.unit + "` does not convert to `" + factor->unit + "`",
            "correct it, or leave it empty for " + factor->unit);
    }
    if (item.set_parameter && factor->role == FactorRole::Pollutant) {
      fault(rows, i, "a pollutant cannot be a set parameter", "write no in `set_parameter`");
    }
  }
}

void RegistryCheck::factor_device(std::size_t i) {
  const SheetRows<OutletFactor>& rows = sheets_.factors;
  const OutletFactor& item = rows.items[i];
  const std::span<const Dated> devices = devices_of_outlet_.find(item.outlet);
  std::vector<Dated> possible;
  std::copy_if(devices.begin(), devices.end(), std::back_inserter(possible),
               [&](const Dated& device) { return overlap(device.validity, item.validity); });
  if (!item.mn.empty()) {
    const bool here = std::any_of(possible.begin(), possible.end(),
                                  [&](const Dated& device) { return device.owner == item.mn; });
    if (here) return;
    fault(rows, i, "device `" + item.mn + "` is not at outlet `" + item.outlet + "` at that time",
          "correct `mn`, or add the device to devices.csv");
    return;
  }
  for (std::size_t a = 0; a < possible.size(); ++a) {
    for (std::size_t b = a + 1; b < possible.size(); ++b) {
      if (!overlap(possible[a].validity, possible[b].validity)) continue;
      fault(rows, i, "outlet `" + item.outlet + "` has two devices at the same time",
            "name the one that measures " + item.factor + " in `mn`");
      return;
    }
  }
}

void RegistryCheck::permits() {
  const SheetRows<Permit>& rows = sheets_.permits;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Permit& permit = rows.items[i];
    const Factor* factor = factors_by_code_.first(permit.factor);
    if (factor == nullptr && context_.rules.factors.empty()) continue;  // the rules are refused
    if (factor == nullptr) {
      fault(rows, i, "factor `" + permit.factor + "` is not in the factor table",
            "use a code of rules/factors.csv");
      continue;
    }
    if (!measures(permit.outlet, permit.factor, permit.validity)) {
      warn(rows, i, "the outlet does not measure " + permit.factor, "add it to factors.csv");
    }
    convertible(i, permit.limit, "limit");
    convertible(i, permit.lower_limit, "lower_limit");
  }
}

void RegistryCheck::convertible(std::size_t i, const std::optional<Decimal>& value,
                                std::string_view column) {
  if (!value) return;
  const SheetRows<Permit>& rows = sheets_.permits;
  const Permit& permit = rows.items[i];
  const Factor& factor = *factors_by_code_.first(permit.factor);
  const auto conversion = find_conversion(context_.rules, factor, permit.unit);
  if (!conversion) {
    fault(rows, i, "unit `" + permit.unit + "` does not convert to `" + factor.unit + "`",
          "correct it, or leave it empty for " + factor.unit);
    return;
  }
  if (convert_exactly(Number{value->units(), Decimal::places, false}, *conversion)) return;
  fault(rows, i, "`" + std::string(column) + "` has no exact value in `" + factor.unit + "`",
        "at most 6 decimals of that unit can be stored");
}

}  // namespace parkwatch
