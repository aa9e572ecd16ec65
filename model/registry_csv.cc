#include "model/registry_csv.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/registry_check.h"
#include "model/registry_sheets.h"

namespace parkwatch {

namespace {

/// Faults in the order of the files' documentation, so that a missing park comes before its
/// outlets.
void order(const TextFiles& files, Faults& faults) {
  std::vector<Faults> by_file(registry_files().size() + 1);  // the last: of files that are not read
  std::unordered_map<std::string, Faults*> known;
  for (const RegistryFile& file : registry_files()) {
    known.emplace(files.path(file.name), &by_file[known.size()]);
  }
  for (Fault& fault : faults) {
    const auto found = known.find(fault.file);
    (found == known.end() ? by_file.back() : *found->second).push_back(std::move(fault));
  }
  faults.clear();
  for (Faults& of_file : by_file) {
    sort_faults(of_file);
    faults.insert(faults.end(), std::make_move_iterator(of_file.begin()),
                  std::make_move_iterator(of_file.end()));
  }
}

void check_file_names(const TextFiles& files, Faults& faults) {
  for (const auto& file_text : files.texts) {
    const std::string& name = file_text.first;
    const auto all = registry_files();
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const RegistryFile& file) { return file.name == name; });
    if (known) continue;
    faults.push_back({files.path(name), 0, Severity::Warning, "the file is not read",
                      "check its name against the registry's documentation, or move it away"});
  }
}

}  // namespace

ParsedRegistry parse_registry(const TextFiles& files, const RegistryContext& context) {
  ParsedRegistry parsed;
  RegistrySheets sheets = read_registry_sheets(files, parsed.faults);
  if (context.accepted) {
    for (const Park& park : sheets.parks.items) context.zone_exists(park.zone);
    for (const Cluster& cluster : sheets.clusters.items) context.zone_exists(cluster.zone);
    std::erase_if(parsed.faults,
                  [](const Fault& fault) { return fault.severity == Severity::Warning; });
  } else {
    RegistryCheck(files, sheets, context, parsed.faults).run();
    check_file_names(files, parsed.faults);
    order(files, parsed.faults);
  }
  parsed.registry = {std::move(sheets.parks.items),        std::move(sheets.clusters.items),
                     std::move(sheets.memberships.items),  std::move(sheets.enterprises.items),
                     std::move(sheets.outlets.items),      std::move(sheets.devices.items),
                     std::move(sheets.factors.items),      std::move(sheets.facilities.items),
                     std::move(sheets.lines.items),        std::move(sheets.line_outlets.items),
                     std::move(sheets.projects.items),     std::move(sheets.permits.items),
                     std::move(sheets.external_ids.items), std::move(sheets.meters.items),
                     std::move(sheets.treatments.items),   std::move(sheets.baselines.items),
                     std::move(sheets.tolerances.items),   std::move(sheets.orders.items)};
  return parsed;
}

}  // namespace parkwatch
