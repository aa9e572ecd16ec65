#pragma once

#include <string_view>
#include <vector>

#include "model/fault.h"
#include "model/registry.h"
#include "model/sheet.h"

namespace parkwatch {

/// The rows of one file together with the lines they came from.
template <class Item>
struct SheetRows {
  std::string_view file;
  std::vector<Item> items;
  std::vector<int> lines;
};

/// The registry before its rows are checked against each other.
struct RegistrySheets {
  SheetRows<Park> parks{"parks.csv", {}, {}};
  SheetRows<Cluster> clusters{"clusters.csv", {}, {}};
  SheetRows<Membership> memberships{"memberships.csv", {}, {}};
  SheetRows<Enterprise> enterprises{"enterprises.csv", {}, {}};
  SheetRows<RegisteredOutlet> outlets{"outlets.csv", {}, {}};
  SheetRows<RegisteredDevice> devices{"devices.csv", {}, {}};
  SheetRows<OutletFactor> factors{"factors.csv", {}, {}};
  SheetRows<Facility> facilities{"facilities.csv", {}, {}};
  SheetRows<ProductionLine> lines{"lines.csv", {}, {}};
  SheetRows<LineOutlet> line_outlets{"line_outlets.csv", {}, {}};
  SheetRows<Project> projects{"projects.csv", {}, {}};
  SheetRows<Permit> permits{"permits.csv", {}, {}};
  SheetRows<ExternalId> external_ids{"external_ids.csv", {}, {}};
  SheetRows<Meter> meters{"meters.csv", {}, {}};
  SheetRows<Treatment> treatments{"treatments.csv", {}, {}};
  SheetRows<Baseline> baselines{"baselines.csv", {}, {}};
  SheetRows<Tolerance> tolerances{"tolerances.csv", {}, {}};
  SheetRows<OperationOrder> orders{"orders.csv", {}, {}};
};

/// Reads all files; each row is checked by itself.
RegistrySheets read_registry_sheets(const TextFiles& files, Faults& faults);

}  // namespace parkwatch
