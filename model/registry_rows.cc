#include "model/registry_rows.h"

namespace parkwatch {

namespace {

/// A number that must lie in [least, below).
void check_number(const SheetRow& row, std::string_view column, const std::optional<Decimal>& value,
                  std::int64_t least, std::int64_t below) {
  if (!value || (*value >= Decimal::whole(least) && *value < Decimal::whole(below))) return;
  row.fault("`" + std::string(column) + "` is out of range: " + value->text(),
            "write a number from " + std::to_string(least) + " to below " + std::to_string(below));
}

Basis basis(const SheetRow& row, std::string_view column) {
  return row.choice<Basis>(column, Basis::Unknown,
                           {{"standard-dry", Basis::StandardDry},
                            {"standard-wet", Basis::StandardWet},
                            {"actual-dry", Basis::ActualDry},
                            {"actual-wet", Basis::ActualWet},
                            {"unknown", Basis::Unknown}});
}

void check_bases(const SheetRow& row, const Outlet& outlet) {
  if (outlet.medium == Medium::Water) return;
  if (outlet.concentration_basis == Basis::Unknown || outlet.flow_basis == Basis::Unknown) {
    row.warn("`concentration_basis` or `flow_basis` is unknown",
             "fill them in; until then the outlet has no mass");
  }
  if (outlet.reference_oxygen_percent && outlet.oxygen_basis == Basis::Unknown) {
    row.warn("`oxygen_basis` is unknown",
             "write standard-dry or standard-wet; until then nothing is converted");
  }
}

}  // namespace

RegisteredOutlet read_outlet(const SheetRow& row) {
  RegisteredOutlet outlet;
  outlet.id = row.id("id");
  outlet.enterprise = row.id("enterprise");
  outlet.name = row.required("name");
  outlet.medium =
      row.choice<Medium>("medium", std::nullopt, {{"air", Medium::Air}, {"water", Medium::Water}});
  const bool air = outlet.medium == Medium::Air;
  const PlantCode kind = air ? PlantCode::AirOutlet : PlantCode::WaterOutlet;
  outlet.code = plant_code(row, kind, kind,
                           air ? "the HJ 608 code of an air outlet such as DA001"
                               : "the HJ 608 code of a water outlet such as DW001");
  outlet.main = row.yes_no("main", true);
  outlet.stack_area_m2 = row.decimal("stack_area_m2");
  outlet.stack_height_m = row.decimal("stack_height_m");
  outlet.buildings_height_m = row.decimal("buildings_height_m");
  outlet.concentration_basis = basis(row, "concentration_basis");
  outlet.flow_basis = basis(row, "flow_basis");
  outlet.oxygen_basis = basis(row, "oxygen_basis");
  outlet.reference_oxygen_percent = row.decimal("reference_oxygen_percent");
  outlet.pressure_kpa = row.decimal("pressure_kpa");
  outlet.moisture_percent = row.decimal("moisture_percent");
  if (const std::string target = row.text("discharges_to"); !target.empty()) {
    outlet.discharges_to = target;
  }
  outlet.rule_pack = row.text("rule_pack");
  outlet.limits = row.list("limits");
  outlet.mark_scheme = row.text("mark_scheme");
  outlet.validity = row.validity();
  check_number(row, "stack_area_m2", outlet.stack_area_m2, 0, 10'000);
  check_number(row, "stack_height_m", outlet.stack_height_m, 1, stack_height_max_m);
  check_number(row, "buildings_height_m", outlet.buildings_height_m, 0, stack_height_max_m);
  if (!air && (outlet.stack_height_m || outlet.buildings_height_m)) {
    row.fault("a water outlet has no stack", "leave its heights empty");
  }
  check_number(row, "reference_oxygen_percent", outlet.reference_oxygen_percent, 0, 21);
  check_number(row, "pressure_kpa", outlet.pressure_kpa, 40, 120);
  check_number(row, "moisture_percent", outlet.moisture_percent, 0, 100);
  check_bases(row, outlet);
  return outlet;
}

namespace {

Label label(const SheetRow& row, std::string_view column) {
  return row.choice<Label>(column, Label::Start, {{"start", Label::Start}, {"end", Label::End}});
}

}  // namespace

RegisteredDevice read_device(const SheetRow& row) {
  RegisteredDevice device;
  device.mn = row.required("mn");
  if (!device.mn.empty() && !is_mn(device.mn)) {
    row.fault("`mn` is malformed: `" + device.mn + "`",
              "write it as the logger sends it: printable ASCII without blanks ; = & , or #");
  }
  device.outlet = row.id("outlet");
  device.protocol_version = row.choice<int>("protocol_version", std::nullopt,
                                            {{"2017", 2017}, {"2005", 2005}, {"2025", 2025}});
  device.report_interval_s = row.whole("report_interval_s", 60, 1, 3600);
  device.minute_interval = row.whole("minute_interval", 1, 1, 30);
  if (60 % device.minute_interval != 0) {
    row.fault(
        "`minute_interval` does not divide an hour: " + std::to_string(device.minute_interval),
        "write one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30");
  }
  device.sm4_key = row.text("sm4_key");
  if (!device.sm4_key.empty()) row.id("sm4_key");
  if (!device.sm4_key.empty() && device.protocol_version != 2025) {
    row.warn("only HJ 212-2025 defines encryption", "check `protocol_version` or empty `sm4_key`");
  }
  device.minute_label = label(row, "minute_label");
  device.hour_label = label(row, "hour_label");
  device.day_label = label(row, "day_label");
  device.time_master = row.yes_no("time_master", false);
  device.validity = row.validity();
  return device;
}

namespace {

void check_cycle(const SheetRow& row, const OutletFactor& factor) {
  if (!factor.cyclic) {
    if (factor.period_minutes != 0) {
      row.fault("`period_minutes` is given but the factor is not cyclic",
                "write yes in `cyclic`, or empty `period_minutes`");
    }
    return;
  }
  if (factor.period_minutes > 0 && 1440 % factor.period_minutes == 0) return;
  row.fault(
      "a cyclic factor needs a period that divides a day: " + std::to_string(factor.period_minutes),
      "write the minutes between two measurements in `period_minutes`, 60 or 120 for one");
}

}  // namespace

OutletFactor read_outlet_factor(const SheetRow& row) {
  OutletFactor factor;
  factor.outlet = row.id("outlet");
  factor.factor = row.id("factor");
  factor.mn = row.text("mn");
  factor.unit = row.text("unit");
  factor.range_min = row.decimal("range_min");
  factor.range_max = row.decimal("range_max");
  factor.zero_band = row.decimal("zero_band");
  factor.set_parameter = row.yes_no("set_parameter", false);
  factor.cyclic = row.yes_no("cyclic", false);
  factor.period_minutes = row.whole("period_minutes", 0, 0, 1440);
  factor.validity = row.validity();
  if (factor.range_min && factor.range_max && *factor.range_min >= *factor.range_max) {
    row.fault("`range_min` is not below `range_max`", "exchange or correct them");
  }
  if (factor.zero_band && *factor.zero_band < Decimal{}) {
    row.fault("`zero_band` is negative", "write the width below 0 that counts as 0, without sign");
  }
  check_cycle(row, factor);
  return factor;
}

Permit read_permit(const SheetRow& row) {
  Permit permit;
  permit.id = row.id("id");
  permit.outlet = row.id("outlet");
  permit.factor = row.id("factor");
  permit.limit = row.decimal("limit");
  permit.lower_limit = row.decimal("lower_limit");
  permit.unit = row.text("unit");
  permit.span = row.choice<std::string>("span", "hour", {{"hour", "hour"}, {"day", "day"}});
  permit.reference_oxygen_percent = row.decimal("reference_oxygen_percent");
  permit.yearly_mass_kg = row.mass("yearly_mass_kg");
  permit.source = row.required("source");
  permit.sure = row.yes_no("sure", true);
  permit.validity = row.validity();
  check_number(row, "reference_oxygen_percent", permit.reference_oxygen_percent, 0, 21);
  if (row.text("limit").empty() && row.text("lower_limit").empty() &&
      row.text("yearly_mass_kg").empty()) {
    row.fault("the permit limits nothing", "fill in `limit`, `lower_limit` or `yearly_mass_kg`");
  }
  if (permit.limit && permit.lower_limit && *permit.lower_limit >= *permit.limit) {
    row.fault("`lower_limit` is not below `limit`", "exchange or correct them");
  }
  if (permit.yearly_mass_kg && *permit.yearly_mass_kg < MassDecimal{}) {
    row.fault("`yearly_mass_kg` is negative", "write the kilograms of a year");
  }
  return permit;
}

}  // namespace parkwatch
