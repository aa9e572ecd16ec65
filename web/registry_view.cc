#include "web/registry_view.h"

#include <algorithm>
#include <tuple>

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
  texts_.push_back('\0');
  add_enterprises(registry);
  add_outlets(registry);
  texts_.shrink_to_fit();
}

/// No id, code or name holds a zero byte: a file with one is refused.
std::uint32_t RegistryView::keep(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = static_cast<std::uint32_t>(texts_.size());
  texts_.append(text).push_back('\0');
  return at;
}

void RegistryView::add_enterprises(const Registry& registry) {
  std::vector<const Enterprise*> rows;
  rows.reserve(registry.enterprises.size());
  for (const Enterprise& row : registry.enterprises) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const Enterprise* a, const Enterprise* b) {
    return std::tie(a->id, b->validity.from) < std::tie(b->id, a->validity.from);
  });
  std::map<std::string_view, std::uint32_t> parks;
  enterprises_.reserve(rows.size());
  for (const Enterprise* row : rows) {
    const auto [park, fresh] = parks.try_emplace(row->park);
    if (fresh) park->second = keep(row->park);
    enterprises_.push_back({keep(row->id), keep(row->name), park->second});
  }
}

void RegistryView::add_outlets(const Registry& registry) {
  std::vector<const RegisteredOutlet*> rows;
  rows.reserve(registry.outlets.size());
  for (const RegisteredOutlet& row : registry.outlets) rows.push_back(&row);
  std::stable_sort(
      rows.begin(), rows.end(),
      [](const RegisteredOutlet* a, const RegisteredOutlet* b) { return a->id < b->id; });
  outlets_.reserve(rows.size());
  for (const RegisteredOutlet* row : rows) {
    const auto known = enterprise_rows(row->enterprise);
    outlets_.push_back({keep(row->id), keep(row->code), keep(row->name),
                        known.empty() ? keep(row->enterprise) : known.front().id, row->medium,
                        row->validity});
  }
}

std::span<const RegistryView::EnterpriseRow> RegistryView::enterprise_rows(
    std::string_view id) const {
  const auto of = [this](const EnterpriseRow& row) { return text(row.id); };
  return std::ranges::equal_range(enterprises_, id, {}, of);
}

RegistryView::OutletRows RegistryView::rows_of(std::string_view outlet) const {
  const auto of = [this](const OutletRow& row) { return text(row.id); };
  return std::ranges::equal_range(outlets_, outlet, {}, of);
}

RegistryView::OutletEntry RegistryView::entry(OutletRows rows) const {
  const OutletRow* newest = &rows.front();
  for (const OutletRow& row : rows) {
    if (newest->validity.from <= row.validity.from) newest = &row;
  }
  OutletEntry entry{
      text(newest->id), text(newest->code), text(newest->name), text(newest->enterprise), {}, {},
      newest->medium,   newest->validity};
  for (const EnterpriseRow& row : enterprise_rows(entry.enterprise)) {
    if (entry.enterprise_name.empty()) entry.enterprise_name = text(row.name);
    if (entry.park.empty()) entry.park = text(row.park);
  }
  return entry;
}

void RegistryView::each_outlet(const std::function<void(const OutletEntry&)>& visit) const {
  const OutletRows all = outlets_;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i + 1;
    while (end < all.size() && text(all[end].id) == text(all[i].id)) ++end;
    visit(entry(all.subspan(i, end - i)));
    i = end;
  }
}

std::optional<RegistryView::OutletEntry> RegistryView::outlet(std::string_view id) const {
  const OutletRows rows = rows_of(id);
  return rows.empty() ? std::nullopt : std::optional(entry(rows));
}

std::vector<std::string> RegistryView::parks_of(std::string_view outlet) const {
  std::vector<std::string> parks;
  for (const OutletRow& row : rows_of(outlet)) {
    for (const EnterpriseRow& enterprise : enterprise_rows(text(row.enterprise))) {
      const std::string_view park = text(enterprise.park);
      if (std::find(parks.begin(), parks.end(), park) == parks.end()) parks.emplace_back(park);
    }
  }
  return parks;
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
