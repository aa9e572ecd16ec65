#pragma once

#include <string_view>
#include <vector>

#include "model/fault.h"
#include "model/registry.h"
#include "model/sheet.h"

namespace parkwatch {

/// The rows of one file together with the lines they came from.
template <class Item>
struct Rows {
  std::string_view file;
  std::vector<Item> items;
  std::vector<int> lines;
};

/// The registry before its rows are checked against each other.
struct RegistrySheets {
  Rows<Park> parks{"parks.csv", {}, {}};
  Rows<Cluster> clusters{"clusters.csv", {}, {}};
  Rows<Membership> memberships{"memberships.csv", {}, {}};
  Rows<Enterprise> enterprises{"enterprises.csv", {}, {}};
  Rows<Outlet> outlets{"outlets.csv", {}, {}};
  Rows<Device> devices{"devices.csv", {}, {}};
  Rows<OutletFactor> factors{"factors.csv", {}, {}};
  Rows<Facility> facilities{"facilities.csv", {}, {}};
  Rows<ProductionLine> lines{"lines.csv", {}, {}};
  Rows<Project> projects{"projects.csv", {}, {}};
  Rows<Permit> permits{"permits.csv", {}, {}};
  Rows<ExternalId> external_ids{"external_ids.csv", {}, {}};
};

/// Reads all files; each row is checked by itself.
RegistrySheets read_registry_sheets(const TextFiles& files, Faults& faults);

}  // namespace parkwatch
