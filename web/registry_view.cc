#include "web/registry_view.h"

#include <algorithm>

namespace parkwatch {

namespace {

/// Keeps the row of an id whose validity begins last.
template <class Item>
void keep_newest(std::map<std::string, Item>& items, const Item& item) {
  const auto [found, inserted] = items.emplace(item.id, item);
  if (!inserted && found->second.validity.from <= item.validity.from) found->second = item;
}

}  // namespace

RegistryView::RegistryView(const Registry& registry, const Rules& rules,
                           const std::map<std::string, Zone>& zones) {
  zones_.emplace("Asia/Shanghai", Zone{});
  for (const auto& [name, zone] : zones) zones_.insert_or_assign(name, zone);
  for (const Park& park : registry.parks) keep_newest(parks_, park);
  for (const Cluster& cluster : registry.clusters) keep_newest(clusters_, cluster);
  for (const Factor& factor : rules.factors) factors_.emplace(factor.code, factor);
  for (const Limit& limit : rules.limits) {
    if (limit.of == LimitOf::MassRate) mass_rates_.insert(limit.id);
  }

  std::vector<Enterprise> enterprises = registry.enterprises;
  std::stable_sort(
      enterprises.begin(), enterprises.end(),
      [](const Enterprise& a, const Enterprise& b) { return b.validity.from < a.validity.from; });
  std::multimap<std::string, const Enterprise*> by_id;
  for (const Enterprise& enterprise : enterprises) by_id.emplace(enterprise.id, &enterprise);

  for (const Outlet& outlet : registry.outlets) {
    OutletEntry entry{outlet.id, outlet.code, outlet.name,   outlet.enterprise,
                      {},        {},          outlet.medium, outlet.validity};
    std::vector<std::string>& parks = outlet_parks_[outlet.id];
    const auto [first, last] = by_id.equal_range(outlet.enterprise);
    for (auto it = first; it != last; ++it) {
      if (entry.enterprise_name.empty()) entry.enterprise_name = it->second->name;
      if (entry.park.empty()) entry.park = it->second->park;
      const std::string& park = it->second->park;
      if (std::find(parks.begin(), parks.end(), park) == parks.end()) parks.push_back(park);
    }
    keep_newest(outlets_, entry);
  }
}

const RegistryView::OutletEntry* RegistryView::outlet(const std::string& id) const {
  const auto found = outlets_.find(id);
  return found == outlets_.end() ? nullptr : &found->second;
}

std::vector<std::string> RegistryView::parks_of(const std::string& outlet) const {
  const auto found = outlet_parks_.find(outlet);
  return found == outlet_parks_.end() ? std::vector<std::string>{} : found->second;
}

std::string RegistryView::park_name(const std::string& id) const {
  const auto found = parks_.find(id);
  return found == parks_.end() || found->second.name.empty() ? id : found->second.name;
}

std::string RegistryView::cluster_name(const std::string& id) const {
  const auto found = clusters_.find(id);
  return found == clusters_.end() || found->second.name.empty() ? id : found->second.name;
}

std::string RegistryView::factor_name_zh(const std::string& code) const {
  const auto found = factors_.find(code);
  return found == factors_.end() || found->second.name_zh.empty() ? code : found->second.name_zh;
}

std::string RegistryView::factor_name_en(const std::string& code) const {
  const auto found = factors_.find(code);
  return found == factors_.end() || found->second.name_en.empty() ? code : found->second.name_en;
}

std::string RegistryView::factor_unit(const std::string& code) const {
  const auto found = factors_.find(code);
  return found == factors_.end() ? std::string() : found->second.unit;
}

std::string RegistryView::limit_unit(const std::string& limit_id, const std::string& factor) const {
  return mass_rates_.contains(limit_id) ? "kg/h" : factor_unit(factor);
}

std::string RegistryView::local_time(const std::string& park, std::int64_t at_ms) const {
  const auto found = parks_.find(park);
  const std::string zone_name = found == parks_.end() ? Zone{}.name : found->second.zone;
  const auto zone = zones_.find(zone_name);
  if (zone_name == Zone{}.name && zone == zones_.end()) {
    return zoned_text(at_ms, china_standard_time);
  }
  if (zone == zones_.end()) return utc_text(at_ms);
  return zoned_text(at_ms, zone->second.offset_at(EventTime(at_ms)));
}

}  // namespace parkwatch
