#include "model/operation_csv.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/codes.h"
#include "model/dated_rows.h"
#include "model/operation_parameters.h"

namespace parkwatch {

namespace {

constexpr std::string_view file_name = "operation.csv";
constexpr int warm_up_minutes_max = 240;
constexpr int run_on_minutes_max = 60;
constexpr int required_max = 100;

constexpr std::array parameter_columns = {
    SheetColumn{"rule", true},       SheetColumn{"name", true},     SheetColumn{"value", true},
    SheetColumn{"standard", true},   SheetColumn{"clause", true},   SheetColumn{"sure", true},
    SheetColumn{"valid_from", true}, SheetColumn{"valid_to", true},
};

OperationParameter read_parameter(const SheetRow& row) {
  OperationParameter parameter;
  parameter.rule = row.required("rule");
  parameter.name = row.required("name");
  parameter.value = row.required("value");
  read_source(row, parameter);
  const OperationParameterSpec* spec = find_operation_parameter(parameter.rule, parameter.name);
  if (spec == nullptr) {
    row.fault("parameter `" + parameter.name + "` of `" + parameter.rule + "` is not known",
              "check the spelling of both");
  } else if (const auto advice = operation_parameter_fault(*spec, parameter.value); advice) {
    row.fault("`value` of " + parameter.rule + " " + parameter.name + " is refused: `" +
                  parameter.value + "`",
              *advice);
  }
  return parameter;
}

/// Whether some row holds at every time: at the beginning and wherever one ends.
bool always_has_value(const std::vector<OperationParameter>& rows,
                      const OperationParameterSpec& spec) {
  std::vector<EventTime> probes{Validity{}.from};
  std::vector<const OperationParameter*> same;
  for (const OperationParameter& row : rows) {
    if (row.rule != spec.rule || row.name != spec.value.name) continue;
    same.push_back(&row);
    if (row.validity.to < Validity{}.to) probes.push_back(row.validity.to);
  }
  return std::all_of(probes.begin(), probes.end(), [&](EventTime at) {
    return std::any_of(same.begin(), same.end(),
                       [&](const OperationParameter* row) { return row->validity.covers(at); });
  });
}

std::optional<std::int64_t> minutes(const SheetRow& row, std::string_view column, int least,
                                    int greatest) {
  if (row.text(column).empty()) return std::nullopt;
  return row.whole(column, least, least, greatest);
}

Decimal not_negative(const SheetRow& row, std::string_view column) {
  const Decimal value = row.decimal(column).value_or(Decimal());
  if (value < Decimal()) {
    row.fault("`" + std::string(column) + "` is negative: " + value.text(),
              "write 0 or a number above it");
  }
  return value;
}

Decimal above_zero(const SheetRow& row, std::string_view column) {
  const Decimal value = not_negative(row, column);
  if (value == Decimal()) {
    row.fault("`" + std::string(column) + "` is empty or 0", "write a number above 0");
  }
  return value;
}

}  // namespace

void read_operation_parameters(const TextFiles& files, std::vector<OperationParameter>& rows,
                               Faults& faults) {
  const auto text = files.texts.find(std::string(file_name));
  if (text == files.texts.end()) return;
  SeenRows seen;
  Sheet(files.path(file_name), text->second, parameter_columns, faults)
      .for_each([&](const SheetRow& row) {
        OperationParameter parameter = read_parameter(row);
        seen.add(parameter.rule + " " + parameter.name, parameter.validity, row);
        rows.push_back(std::move(parameter));
      });
  if (rows.empty()) return;  // the file is refused as a whole
  for (const OperationParameterSpec& spec : operation_parameter_specs()) {
    if (always_has_value(rows, spec)) continue;
    faults.push_back({files.path(file_name), 0, Severity::Fault,
                      "parameter `" + std::string(spec.value.name) + "` of `" +
                          std::string(spec.rule) + "` has no value at some times",
                      "add a row; the first needs no `valid_from`, the last no `valid_to`"});
  }
}

Meter read_meter(const SheetRow& row) {
  Meter meter;
  meter.mn = row.required("mn");
  if (!meter.mn.empty() && !is_mn(meter.mn)) {
    row.fault("`mn` is malformed: `" + meter.mn + "`",
              "write it as the device sends it: printable ASCII without blanks ; = & , or #");
  }
  meter.factor = row.id("factor");
  meter.signal = row.choice<MeterSignal>("signal", std::nullopt,
                                         {{"power", MeterSignal::Power},
                                          {"current", MeterSignal::Current},
                                          {"energy", MeterSignal::Energy},
                                          {"damper", MeterSignal::Damper}});
  meter.of = row.choice<UnitOf>("of", std::nullopt,
                                {{"line", UnitOf::Line}, {"facility", UnitOf::Facility}});
  meter.unit = row.id("unit");
  meter.rated = above_zero(row, "rated");
  meter.idle = not_negative(row, "idle");
  meter.validity = row.validity();
  if (meter.signal == MeterSignal::Damper && meter.of == UnitOf::Line) {
    row.fault("a bypass damper belongs to a facility", "write facility in `of`, and its id");
  }
  if (meter.idle >= meter.rated && meter.rated > Decimal()) {
    row.fault("`idle` is not below `rated`", "write what the machine draws when it runs empty");
  }
  return meter;
}

Treatment read_treatment(const SheetRow& row) {
  Treatment treatment;
  treatment.line = row.id("line");
  treatment.facility = row.id("facility");
  treatment.group = row.text("group").empty() ? treatment.facility : row.id("group");
  treatment.required = minutes(row, "required", 1, required_max);
  treatment.warm_up_minutes = minutes(row, "warm_up_minutes", 0, warm_up_minutes_max);
  treatment.run_on_minutes = minutes(row, "run_on_minutes", 0, run_on_minutes_max);
  treatment.validity = row.validity();
  return treatment;
}

Baseline read_baseline(const SheetRow& row) {
  return {row.id("line"), row.id("facility"), not_negative(row, "load_percent"),
          above_zero(row, "power"), row.validity()};
}

Tolerance read_tolerance(const SheetRow& row) {
  Tolerance tolerance;
  tolerance.enterprise = row.id("enterprise");
  tolerance.rule = row.required("rule");
  tolerance.name = row.required("name");
  const std::optional<Decimal> value = row.decimal("value");
  if (!value && row.text("value").empty()) row.required("value");
  tolerance.value = value.value_or(Decimal());
  tolerance.validity = row.validity();
  const OperationParameterSpec* spec = find_operation_parameter(tolerance.rule, tolerance.name);
  if (spec == nullptr || !spec->is_number()) {
    row.fault("`" + tolerance.name + "` of `" + tolerance.rule + "` is no number of operation.csv",
              "name a rule and one of its minutes, percents or counts");
  } else if (const auto advice = operation_parameter_fault(*spec, tolerance.value.text());
             value && advice) {
    row.fault("`value` is refused: `" + tolerance.value.text() + "`", *advice);
  }
  return tolerance;
}

OperationOrder read_order(const SheetRow& row) {
  using Kind = OperationOrder::Kind;
  OperationOrder order;
  order.enterprise = row.id("enterprise");
  if (!row.text("unit").empty()) order.unit = row.id("unit");
  order.kind = row.choice<Kind>("kind", std::nullopt,
                                {{"stop", Kind::Stop},
                                 {"limit", Kind::Limit},
                                 {"maintenance", Kind::Maintenance},
                                 {"fault", Kind::Fault}});
  order.limit_percent = row.decimal("limit_percent");
  order.document = row.required("document");
  order.validity = row.validity();
  const bool limit = order.kind == Kind::Limit;
  const bool fits = order.limit_percent && *order.limit_percent >= Decimal() &&
                    *order.limit_percent <= Decimal::whole(100);
  if (limit && !fits) {
    row.fault("a limit needs `limit_percent` from 0 to 100",
              "write the percent of the line's rated power that may run");
  }
  if (!limit && order.limit_percent) {
    row.fault("`limit_percent` is given, but the row is no limit",
              "empty it, or write limit in `kind`");
  }
  if (row.text("valid_from").empty() || row.text("valid_to").empty()) {
    row.fault("an order has a beginning and an end", "fill in `valid_from` and `valid_to`");
  }
  return order;
}

}  // namespace parkwatch
