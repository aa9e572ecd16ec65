#include <utility>

#include "model/key_index.h"
#include "processors/id_rows.h"
#include "processors/plan.h"

namespace parkwatch {

/// Those that are registered, and those that an outlet names.
void Plan::add_enterprises(const Registry& registry) {
  std::vector<std::string_view> ids;
  ids.reserve(registry.enterprises.size() + registry.outlets.size());
  for (const Enterprise& row : registry.enterprises) ids.push_back(row.id);
  for (const RegisteredOutlet& row : registry.outlets) ids.push_back(row.enterprise);
  enterprises_ = rows_with_ids<EnterprisePlan>(std::move(ids));
  add_enterprise_rows(registry);
}

void Plan::add_enterprise_rows(const Registry& registry) {
  const RowsById<Enterprise> rows(registry.enterprises, &Enterprise::id);
  const RowsById<Facility> facilities(registry.facilities, &Facility::enterprise);
  for (EnterprisePlan& plan : enterprises_) {
    std::vector<EnterprisePlan::InPark> in_parks;
    rows.each(plan.id, [&](const Enterprise& row) {
      in_parks.push_back({&kept(row.park), row.validity});
    });
    plan.parks = in_parks_.keep(std::move(in_parks));
    std::vector<EnterprisePlan::SentFacility> sent;
    facilities.each(plan.id, [&](const Facility& row) {
      const OutletPlan* of = row.outlet.empty() ? nullptr : outlet(row.outlet);
      const bool nowhere = !row.outlet.empty() && of == nullptr;
      if (nowhere) return;
      sent.push_back({&kept(row.hj212_code), of, row.validity});
    });
    plan.facilities = sent_facilities_.keep(std::move(sent));
  }
}

}  // namespace parkwatch
