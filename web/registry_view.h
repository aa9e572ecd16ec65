#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/registry.h"
#include "model/rules.h"
#include "model/zone.h"

namespace parkwatch {

/// Names, places and units that make stored rows readable. A value made from one registry and rule
/// set; of an id's dated rows the newest counts. Threads: safe to share, never changed.
class RegistryView {
 public:
  /// Its texts live as long as the view.
  struct OutletEntry {
    std::string_view id, code, name, enterprise, enterprise_name, park;
    Medium medium = Medium::Air;
    Validity validity;
  };

  RegistryView() = default;
  /// `zones` as loaded with the registry; a park whose zone is not among them shows UTC, except
  /// that Asia/Shanghai is always known.
  RegistryView(const Registry& registry, const Rules& rules,
               const std::map<std::string, Zone>& zones);

  const std::map<std::string, Park>& parks() const { return parks_; }
  const std::map<std::string, Cluster>& clusters() const { return clusters_; }
  /// Of every outlet, by id.
  void each_outlet(const std::function<void(const OutletEntry&)>& visit) const;
  std::optional<OutletEntry> outlet(std::string_view id) const;
  /// Every park the outlet was in at some time, newest first: enterprises may move.
  std::vector<std::string> parks_of(std::string_view outlet) const;

  /// The name, or the id itself where nothing is known.
  std::string park_name(const std::string& id) const;
  std::string cluster_name(const std::string& id) const;
  /// "氮氧化物" and "Nitrogen oxides"; the code itself where nothing is known.
  std::string factor_name_zh(const std::string& code) const;
  std::string factor_name_en(const std::string& code) const;
  /// The unit of stored values; empty where nothing is known.
  std::string factor_unit(const std::string& code) const;
  /// Of what a limit bounds: kg/h for a mass rate, else the factor's.
  std::string limit_unit(const std::string& limit_id, const std::string& factor) const;
  /// "2026-03-15T09:00:00+08:00" in the park's zone.
  std::string local_time(const std::string& park, std::int64_t at_ms) const;

 private:
  // Rows as positions of texts: there may be very many, and few are ever looked at.
  struct EnterpriseRow {
    std::uint32_t id, name, park;
  };
  struct OutletRow {
    std::uint32_t id, code, name, enterprise;
    Medium medium;
    Validity validity;
  };
  using OutletRows = std::span<const OutletRow>;

  std::uint32_t keep(std::string_view text);
  std::string_view text(std::uint32_t at) const { return texts_.data() + at; }
  void add_enterprises(const Registry& registry);
  void add_outlets(const Registry& registry);
  OutletRows rows_of(std::string_view outlet) const;
  std::span<const EnterpriseRow> enterprise_rows(std::string_view id) const;
  OutletEntry entry(OutletRows rows) const;

  std::map<std::string, Park> parks_;
  std::map<std::string, Cluster> clusters_;
  std::string texts_;                       // each ends with a zero byte; the first is empty
  std::vector<EnterpriseRow> enterprises_;  // by id, then the newest first
  std::vector<OutletRow> outlets_;          // by id, then as in the file
  std::map<std::string, Factor> factors_;
  std::map<std::string, Zone> zones_;
  std::set<std::string> mass_rates_;  // ids of limits
};

}  // namespace parkwatch
