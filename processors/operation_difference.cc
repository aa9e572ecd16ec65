#include "processors/operation_difference.h"

#include <set>
#include <string>

namespace parkwatch {

namespace {

/// Calls `visit(validity, text)` for every row of the site, with its cells as text to compare.
template <class Visit>
void for_each_row(const OperationSite& site, const Visit& visit) {
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : std::string("-");
  };
  for (const Enterprise& row : site.rows) visit(row.validity, "park " + row.park);
  for (const Meter& row : site.meters) {
    visit(row.validity, "meter " + row.mn + " " + row.factor + " " +
                            std::to_string(static_cast<int>(row.signal)) + " " +
                            std::to_string(static_cast<int>(row.of)) + " " + row.unit + " " +
                            row.rated.text() + " " + row.idle.text());
  }
  for (const Treatment& row : site.treatments) {
    visit(row.validity, "treatment " + row.line + " " + row.facility + " " + row.group + " " +
                            number(row.required) + " " + number(row.warm_up_minutes) + " " +
                            number(row.run_on_minutes));
  }
  for (const Baseline& row : site.baselines) {
    visit(row.validity, "baseline " + row.line + " " + row.facility + " " +
                            row.load_percent.text() + " " + row.power.text());
  }
  for (const Facility& row : site.facilities) {
    visit(row.validity, "facility " + row.id + " " + row.outlet + " " + row.hj212_code);
  }
  for (const LineOutlet& row : site.line_outlets) {
    visit(row.validity, "outlet " + row.line + " " + row.outlet);
  }
  for (const OperationOrder& row : site.orders) {
    visit(row.validity, "order " + row.unit + " " + std::to_string(static_cast<int>(row.kind)) +
                            " " + (row.limit_percent ? row.limit_percent->text() : ""));
  }
}

std::string facts_at(const OperationPlan& plan, const OperationSite* site, EventTime at) {
  if (site == nullptr) return {};
  std::string facts = plan.rules().facts(site->enterprise, at);
  for_each_row(*site, [&](const Validity& validity, const std::string& text) {
    if (validity.covers(at)) facts += text + "\n";
  });
  return facts;
}

void add_change_times(const OperationPlan& plan, const OperationSite* site,
                      std::set<EventTime>& times) {
  if (site == nullptr) return;
  plan.rules().add_change_times(site->enterprise, times);
  for_each_row(*site, [&](const Validity& validity, const std::string&) {
    times.insert(validity.from);
    times.insert(validity.to);
  });
}

}  // namespace

void add_operation_periods(const OperationPlan& before, const OperationPlan& after,
                           ParkPeriods& changed) {
  std::set<std::string> names;
  for (const OperationPlan* plan : {&before, &after}) {
    for (const auto& [name, site] : plan->sites()) names.insert(name);
  }
  for (const std::string& name : names) {
    const OperationSite* old_site = before.site(name);
    const OperationSite* new_site = after.site(name);
    std::set<EventTime> instants{Validity{}.from, Validity{}.to};
    add_change_times(before, old_site, instants);
    add_change_times(after, new_site, instants);
    for (auto from = instants.begin(); std::next(from) != instants.end(); ++from) {
      if (facts_at(before, old_site, *from) == facts_at(after, new_site, *from)) continue;
      for (const OperationSite* site : {old_site, new_site}) {
        const std::string* park = site == nullptr ? nullptr : site->park_at(*from);
        if (park != nullptr) changed[*park].push_back({*from, *std::next(from)});
      }
    }
  }
}

}  // namespace parkwatch
