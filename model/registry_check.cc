#include "model/registry_check.h"

#include <algorithm>

namespace parkwatch {

namespace {

/// Whether the rows together hold for as long as `validity` does.
template <class DatedRows>
bool covered(const DatedRows& rows, const Validity& validity) {
  EventTime reached = validity.from;
  bool moved = true;
  while (moved && reached < validity.to) {
    moved = false;
    for (const auto& row : rows) {
      if (!row.validity.covers(reached)) continue;
      reached = row.validity.to;
      moved = true;
    }
  }
  return reached >= validity.to;
}

const std::string& id_of(const auto& item) {
  return item.id;
}
std::string no_owner(const auto&) {
  return {};
}

std::string membership_key(const Membership& membership) {
  static constexpr const char* kinds[] = {"enterprise", "line", "outlet"};
  return std::string(kinds[static_cast<int>(membership.of)]) + " " + membership.member;
}

}  // namespace

template <class Item, class Key, class Owner>
RegistryCheck::Index RegistryCheck::index(const SheetRows<Item>& rows, const Key& key,
                                          const Owner& owner) {
  Index found;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Item& item = rows.items[i];
    const std::string name = key(item);
    if (name.empty()) continue;
    std::vector<Dated>& earlier = found[name];
    for (const Dated& row : earlier) {
      if (!overlap(row.validity, item.validity)) continue;
      fault(rows, i, "`" + name + "` holds at the same time as in line " + std::to_string(row.line),
            "end one with `valid_to` before the other begins, or remove it");
      break;
    }
    earlier.push_back({item.validity, rows.lines[i], owner(item)});
  }
  return found;
}

template <class Item, class Key>
void RegistryCheck::unique(const SheetRows<Item>& rows, const Key& key) {
  index(rows, key, no_owner<Item>);
}

template <class Item>
void RegistryCheck::refer(const SheetRows<Item>& rows, std::size_t i, std::string_view column,
                          const std::string& id, const Index& index, std::string_view what) {
  if (id.empty()) return;  // reported where it was read
  if (index.empty() && refused(std::string(what) + ".csv")) return;
  const auto at = index.find(id);
  const Validity& validity = rows.items[i].validity;
  const std::string where = std::string(what) + ".csv";
  if (at == index.end()) {
    fault(rows, i, "`" + std::string(column) + "` names `" + id + "`, which is not in " + where,
          "correct the id, or add the row there");
  } else if (std::none_of(at->second.begin(), at->second.end(),
                          [&](const Dated& row) { return overlap(row.validity, validity); })) {
    fault(rows, i, "`" + id + "` of " + where + " never holds while this row does",
          "correct `valid_from` or `valid_to` in one of the two files");
  } else if (!covered(at->second, validity)) {
    warn(rows, i, "`" + id + "` of " + where + " holds for a part of this row's time only",
         "end this row too, or extend the other");
  }
}

bool RegistryCheck::refused(std::string_view file) const {
  const std::string path = files_.path(file);
  return std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.file == path && fault.severity == Severity::Fault;
  });
}

template <class Item>
void RegistryCheck::zones(const SheetRows<Item>& rows) {
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const std::string& zone = rows.items[i].zone;
    if (context_.zone_exists(zone)) continue;
    fault(rows, i, "time zone `" + zone + "` is not known",
          "use a name of the IANA database such as Asia/Shanghai, or leave it empty for that");
  }
}

void RegistryCheck::run() {
  build_indexes();
  zones(sheets_.parks);
  zones(sheets_.clusters);
  references();
  duplicates();
  memberships();
  line_outlets();
  projects();
  external_ids();
  facilities();
  outlets();
  factors();
  permits();
  meters();
  treatments();
  baselines();
  orders();
}

void RegistryCheck::build_indexes() {
  parks_ = index(sheets_.parks, id_of<Park>, no_owner<Park>);
  clusters_ = index(sheets_.clusters, id_of<Cluster>, no_owner<Cluster>);
  enterprises_ = index(sheets_.enterprises, id_of<Enterprise>, no_owner<Enterprise>);
  const auto enterprise_of = [](const auto& item) { return item.enterprise; };
  outlets_ = index(sheets_.outlets, id_of<Outlet>, enterprise_of);
  facilities_ = index(sheets_.facilities, id_of<Facility>, enterprise_of);
  lines_ = index(sheets_.lines, id_of<ProductionLine>, enterprise_of);
  projects_ = index(sheets_.projects, id_of<Project>, enterprise_of);
  devices_ = index(
      sheets_.devices, [](const Device& device) { return device.mn; },
      [](const Device& device) { return device.outlet; });
  for (const auto& [mn, rows] : devices_) {
    for (const Dated& row : rows) {
      devices_of_outlet_[row.owner].push_back({row.validity, row.line, mn});
    }
  }
  for (std::size_t i = 0; i < sheets_.factors.items.size(); ++i) {
    const OutletFactor& factor = sheets_.factors.items[i];
    factors_of_outlet_[factor.outlet].push_back(
        {factor.validity, sheets_.factors.lines[i], factor.factor});
  }
  for (std::size_t i = 0; i < sheets_.outlets.items.size(); ++i) {
    outlet_rows_[sheets_.outlets.items[i].id].push_back(i);
  }
}

void RegistryCheck::references() {
  const auto each = [&](const auto& rows, std::string_view column, const auto& id,
                        const Index& index, std::string_view what) {
    for (std::size_t i = 0; i < rows.items.size(); ++i) {
      refer(rows, i, column, id(rows.items[i]), index, what);
    }
  };
  const auto enterprise_of = [](const auto& item) { return item.enterprise; };
  const auto outlet_of = [](const auto& item) { return item.outlet; };
  const auto park_of = [](const Enterprise& enterprise) { return enterprise.park; };
  const auto target_of = [](const Outlet& outlet) {
    return outlet.discharges_to == "environment" ? std::string() : outlet.discharges_to;
  };
  each(sheets_.enterprises, "park", park_of, parks_, "parks");
  each(sheets_.outlets, "enterprise", enterprise_of, enterprises_, "enterprises");
  each(sheets_.outlets, "discharges_to", target_of, enterprises_, "enterprises");
  each(sheets_.devices, "outlet", outlet_of, outlets_, "outlets");
  each(sheets_.factors, "outlet", outlet_of, outlets_, "outlets");
  each(sheets_.facilities, "enterprise", enterprise_of, enterprises_, "enterprises");
  each(sheets_.facilities, "outlet", outlet_of, outlets_, "outlets");
  each(sheets_.lines, "enterprise", enterprise_of, enterprises_, "enterprises");
  each(sheets_.projects, "enterprise", enterprise_of, enterprises_, "enterprises");
  each(sheets_.permits, "outlet", outlet_of, outlets_, "outlets");
  const auto line_of = [](const auto& item) { return item.line; };
  const auto facility_of = [](const auto& item) { return item.facility; };
  each(sheets_.treatments, "line", line_of, lines_, "lines");
  each(sheets_.treatments, "facility", facility_of, facilities_, "facilities");
  each(sheets_.baselines, "line", line_of, lines_, "lines");
  each(sheets_.baselines, "facility", facility_of, facilities_, "facilities");
  each(sheets_.tolerances, "enterprise", enterprise_of, enterprises_, "enterprises");
  each(sheets_.orders, "enterprise", enterprise_of, enterprises_, "enterprises");
  for (std::size_t i = 0; i < sheets_.meters.items.size(); ++i) {
    const Meter& meter = sheets_.meters.items[i];
    const bool line = meter.of == UnitOf::Line;
    refer(sheets_.meters, i, "unit", meter.unit, line ? lines_ : facilities_,
          line ? "lines" : "facilities");
  }
}

void RegistryCheck::duplicates() {
  const auto numbered = [](const auto& item) {
    return item.code.empty() ? std::string() : item.enterprise + " " + item.code;
  };
  unique(sheets_.outlets, numbered);
  unique(sheets_.lines, numbered);
  unique(sheets_.facilities, numbered);
  unique(sheets_.facilities, [](const Facility& facility) {
    const bool sends = !facility.outlet.empty() && !facility.hj212_code.empty();
    return sends ? facility.outlet + " " + facility.hj212_code : std::string();
  });
  unique(sheets_.factors,
         [](const OutletFactor& factor) { return factor.outlet + " " + factor.factor; });
  unique(sheets_.permits, [](const Permit& permit) {
    return permit.id + " " + permit.outlet + " " + permit.factor + " " + permit.span;
  });
  unique(sheets_.meters, [](const Meter& meter) { return meter.mn + " " + meter.factor; });
  unique(sheets_.treatments, [](const Treatment& row) { return row.line + " " + row.facility; });
  unique(sheets_.baselines, [](const Baseline& row) {
    return row.line + " " + row.facility + " " + row.load_percent.text();
  });
  unique(sheets_.tolerances,
         [](const Tolerance& row) { return row.enterprise + " " + row.rule + " " + row.name; });
}

void RegistryCheck::facilities() {
  for (std::size_t i = 0; i < sheets_.facilities.items.size(); ++i) {
    const Facility& facility = sheets_.facilities.items[i];
    const auto outlet = outlets_.find(facility.outlet);
    if (outlet == outlets_.end() || outlet->second.front().owner == facility.enterprise) continue;
    fault(sheets_.facilities, i, "outlet `" + facility.outlet + "` belongs to another enterprise",
          "name an outlet of `" + facility.enterprise + "`");
  }
}

template <class Item>
void RegistryCheck::shares(const SheetRows<Item>& rows, std::size_t i,
                           const std::vector<std::size_t>& of_member, const std::string& member) {
  std::int64_t sum = 0;  // where this row begins
  for (const std::size_t other : of_member) {
    const bool holds = rows.items[other].validity.covers(rows.items[i].validity.from);
    if (holds) sum += rows.items[other].share.units();
  }
  if (sum <= Decimal::one) return;
  warn(rows, i, "the shares of " + member + " add up to more than 1",
       "additive totals would count a part of it twice; lower the shares");
}

void RegistryCheck::line_outlets() {
  const SheetRows<LineOutlet>& rows = sheets_.line_outlets;
  unique(rows, [](const LineOutlet& row) { return row.line + " " + row.outlet; });
  std::map<std::string, std::vector<std::size_t>> by_outlet;
  for (std::size_t i = 0; i < rows.items.size(); ++i) by_outlet[rows.items[i].outlet].push_back(i);
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const LineOutlet& row = rows.items[i];
    refer(rows, i, "line", row.line, lines_, "lines");
    refer(rows, i, "outlet", row.outlet, outlets_, "outlets");
    shares(rows, i, by_outlet[row.outlet], "outlet " + row.outlet);
    const auto line = lines_.find(row.line);
    const auto outlet = outlets_.find(row.outlet);
    if (line == lines_.end() || outlet == outlets_.end()) continue;
    if (line->second.front().owner == outlet->second.front().owner) continue;
    fault(rows, i,
          "outlet `" + row.outlet + "` and line `" + row.line + "` are not of one enterprise",
          "name an outlet of `" + line->second.front().owner + "`");
  }
}

void RegistryCheck::projects() {
  const SheetRows<Project>& rows = sheets_.projects;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    for (const std::string& outlet : rows.items[i].outlets) {
      refer(rows, i, "outlets", outlet, outlets_, "outlets");
      const auto found = outlets_.find(outlet);
      if (found == outlets_.end()) continue;
      if (found->second.front().owner == rows.items[i].enterprise) continue;
      fault(rows, i, "outlet `" + outlet + "` belongs to another enterprise",
            "name an outlet of `" + rows.items[i].enterprise + "`");
    }
  }
}

void RegistryCheck::memberships() {
  const SheetRows<Membership>& rows = sheets_.memberships;
  unique(rows, [](const Membership& m) { return m.cluster + " " + membership_key(m); });
  std::map<std::string, std::vector<std::size_t>> by_member;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    by_member[membership_key(rows.items[i])].push_back(i);
  }
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Membership& membership = rows.items[i];
    refer(rows, i, "cluster", membership.cluster, clusters_, "clusters");
    const bool line = membership.of == Membership::Of::Line;
    const bool enterprise = membership.of == Membership::Of::Enterprise;
    const Index& members = enterprise ? enterprises_ : line ? lines_ : outlets_;
    refer(rows, i, "member", membership.member, members,
          enterprise ? "enterprises"
          : line     ? "lines"
                     : "outlets");
    shares(rows, i, by_member[membership_key(membership)], membership_key(membership));
    const auto member = members.find(membership.member);
    if (enterprise || member == members.end()) continue;
    for (const std::size_t other : by_member["enterprise " + member->second.front().owner]) {
      const Membership& whole = rows.items[other];
      if (whole.cluster != membership.cluster || !overlap(whole.validity, membership.validity))
        continue;
      fault(rows, i,
            "`" + membership.member + "` is in the cluster already with its enterprise, line " +
                std::to_string(rows.lines[other]),
            "remove one of the two, or date them apart");
    }
  }
}

void RegistryCheck::external_ids() {
  const SheetRows<ExternalId>& rows = sheets_.external_ids;
  unique(rows, [](const ExternalId& e) { return e.entity + " " + e.id + " " + e.scheme; });
  const std::map<std::string, const Index*> entities = {
      {"park", &parks_},     {"cluster", &clusters_}, {"enterprise", &enterprises_},
      {"outlet", &outlets_}, {"device", &devices_},   {"facility", &facilities_},
      {"line", &lines_},     {"project", &projects_},
  };
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const ExternalId& external = rows.items[i];
    refer(rows, i, "id", external.id, *entities.at(external.entity), external.entity + "s");
  }
}

}  // namespace parkwatch
