#include "model/registry_sheets.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/check.h"
#include "model/operation_csv.h"
#include "model/registry_csv.h"
#include "model/registry_rows.h"

namespace parkwatch {

namespace {

std::string zone(const SheetRow& row) {
  std::string name = row.text("zone");
  return name.empty() ? "Asia/Shanghai" : name;
}

Park read_park(const SheetRow& row) {
  Park park;
  park.id = row.id("id");
  park.name = row.required("name");
  park.level = row.choice<std::string>("level", std::nullopt,
                                       {{"national", "national"},
                                        {"provincial", "provincial"},
                                        {"municipal", "municipal"},
                                        {"other", "other"}});
  park.province = row.text("province");
  park.city = row.text("city");
  park.county = row.text("county");
  park.division = code(row, "division", is_division_code, "the 6-digit division code of GB/T 2260");
  park.zone = zone(row);
  park.validity = row.validity();
  return park;
}

Cluster read_cluster(const SheetRow& row) {
  Cluster cluster;
  cluster.id = row.id("id");
  cluster.name = row.required("name");
  cluster.industry = code(row, "industry", is_industry_code, "a GB/T 4754 code such as C26");
  cluster.zone = zone(row);
  cluster.validity = row.validity();
  return cluster;
}

/// A share from 0 to 1; empty: all.
Decimal share(const SheetRow& row) {
  const Decimal given = row.decimal("share").value_or(Decimal::whole(1));
  if (given < Decimal{} || given > Decimal::whole(1)) {
    row.fault("`share` is not from 0 to 1: " + given.text(), "write 0.4 for 40 %");
  }
  return given;
}

Membership read_membership(const SheetRow& row) {
  Membership membership;
  membership.cluster = row.id("cluster");
  membership.of = row.choice<Membership::Of>("of", std::nullopt,
                                             {{"enterprise", Membership::Of::Enterprise},
                                              {"line", Membership::Of::Line},
                                              {"outlet", Membership::Of::Outlet}});
  membership.member = row.id("member");
  membership.share = share(row);
  membership.validity = row.validity();
  return membership;
}

Enterprise read_enterprise(const SheetRow& row) {
  Enterprise enterprise;
  enterprise.id = row.id("id");
  enterprise.name = row.required("name");
  enterprise.park = row.id("park");
  enterprise.credit_code =
      code(row, "credit_code", is_credit_code,
           "the 18-character credit code of GB 32100; its last character checks the others");
  enterprise.permit_code =
      code(row, "permit_code", is_permit_code, "the 22-character permit code of HJ 608");
  enterprise.industry = code(row, "industry", is_industry_code, "a GB/T 4754 code such as C2614");
  enterprise.division =
      code(row, "division", is_division_code, "the 6-digit division code of GB/T 2260");
  enterprise.validity = row.validity();
  const bool differ = !enterprise.credit_code.empty() && !enterprise.permit_code.empty() &&
                      !enterprise.permit_code.starts_with(enterprise.credit_code);
  if (differ) {
    row.warn("`permit_code` does not begin with `credit_code`", "check which of them is right");
  }
  return enterprise;
}

Facility read_facility(const SheetRow& row) {
  Facility facility;
  facility.id = row.id("id");
  facility.enterprise = row.id("enterprise");
  facility.code = plant_code(row, PlantCode::AirFacility, PlantCode::WaterFacility,
                             "the HJ 608 code of a facility such as TA001 or TW001");
  facility.name = row.required("name");
  facility.outlet = row.text("outlet");
  facility.hj212_code = row.text("hj212_code");
  const std::string& sent = facility.hj212_code;
  const bool fits = sent.size() > 2 && sent.starts_with("SB") &&
                    sent.find_first_not_of("0123456789", 2) == std::string::npos;
  if (!sent.empty() && !fits) {
    row.fault("`hj212_code` is malformed: `" + sent + "`", "write SB and a number, such as SB1");
  }
  facility.validity = row.validity();
  return facility;
}

ProductionLine read_line(const SheetRow& row) {
  ProductionLine line;
  line.id = row.id("id");
  line.enterprise = row.id("enterprise");
  line.code = plant_code(row, PlantCode::ProductionLine, PlantCode::ProductionLine,
                         "the HJ 608 code of a production unit such as MF0001");
  line.name = row.required("name");
  line.validity = row.validity();
  return line;
}

LineOutlet read_line_outlet(const SheetRow& row) {
  return {row.id("line"), row.id("outlet"), share(row), row.validity()};
}

Project read_project(const SheetRow& row) {
  return {row.id("id"),        row.id("enterprise"), row.required("name"), row.text("eia_document"),
          row.list("outlets"), row.validity()};
}

ExternalId read_external_id(const SheetRow& row) {
  ExternalId external;
  external.entity = row.choice<std::string>("entity", std::nullopt,
                                            {{"park", "park"},
                                             {"cluster", "cluster"},
                                             {"enterprise", "enterprise"},
                                             {"outlet", "outlet"},
                                             {"device", "device"},
                                             {"facility", "facility"},
                                             {"line", "line"},
                                             {"project", "project"}});
  external.id = row.required("id");
  external.scheme = row.required("scheme");
  external.code = row.required("code");
  external.validity = row.validity();
  return external;
}

const RegistryFile& registry_file(std::string_view name) {
  const auto all = registry_files();
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const RegistryFile& file) { return file.name == name; });
  check(at != all.end());
  return *at;
}

template <class Item>
void read_file(const TextFiles& files, SheetRows<Item>& rows, Item (*read)(const SheetRow&),
               Faults& faults) {
  const RegistryFile& file = registry_file(rows.file);
  const auto text = files.texts.find(std::string(file.name));
  if (text == files.texts.end()) {
    if (!file.required) return;
    faults.push_back({files.path(file.name), 0, Severity::Fault, "the file is missing",
                      "`parkwatch init DIR` writes a folder to start from"});
    return;
  }
  Sheet(files.path(file.name), text->second, file.columns, faults)
      .for_each([&](const SheetRow& row) {
        rows.items.push_back(read(row));
        rows.lines.push_back(row.line());
      });
}

}  // namespace

RegistrySheets read_registry_sheets(const TextFiles& files, Faults& faults) {
  RegistrySheets sheets;
  read_file(files, sheets.parks, read_park, faults);
  read_file(files, sheets.clusters, read_cluster, faults);
  read_file(files, sheets.memberships, read_membership, faults);
  read_file(files, sheets.enterprises, read_enterprise, faults);
  read_file(files, sheets.outlets, read_outlet, faults);
  read_file(files, sheets.devices, read_device, faults);
  read_file(files, sheets.factors, read_outlet_factor, faults);
  read_file(files, sheets.facilities, read_facility, faults);
  read_file(files, sheets.lines, read_line, faults);
  read_file(files, sheets.line_outlets, read_line_outlet, faults);
  read_file(files, sheets.projects, read_project, faults);
  read_file(files, sheets.permits, read_permit, faults);
  read_file(files, sheets.external_ids, read_external_id, faults);
  read_file(files, sheets.meters, read_meter, faults);
  read_file(files, sheets.treatments, read_treatment, faults);
  read_file(files, sheets.baselines, read_baseline, faults);
  read_file(files, sheets.tolerances, read_tolerance, faults);
  read_file(files, sheets.orders, read_order, faults);
  return sheets;
}

}  // namespace parkwatch
