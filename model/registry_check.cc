#include "model/registry_check.h"

#include <algorithm>
#include <map>

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
std::string_view no_owner(const auto&) {
  return {};
}
const std::string& enterprise_of(const auto& item) {
  return item.enterprise;
}

std::string membership_key(const Membership& membership) {
  static constexpr const char* kinds[] = {"enterprise", "line", "outlet"};
  return std::string(kinds[static_cast<int>(membership.of)]) + " " + membership.member;
}

}  // namespace

RegistryCheck::RegistryCheck(const TextFiles& files, const RegistrySheets& sheets,
                             const RegistryContext& context, Faults& faults)
    : files_(files),
      sheets_(sheets),
      context_(context),
      faults_(faults),
      outlet_rows_(sheets.outlets.items, &RegisteredOutlet::id),
      factors_by_code_(context.rules.factors, &Factor::code),
      limits_by_id_(context.rules.limits, &Limit::id) {}

RegistryCheck::Index::Index(std::vector<Dated> rows) : rows_(std::move(rows)) {
  const auto order = [](const Dated& a, const Dated& b) { return a.id < b.id; };
  if (!std::is_sorted(rows_.begin(), rows_.end(), order)) {
    std::stable_sort(rows_.begin(), rows_.end(), order);
  }
  by_id_ = KeyIndex(rows_.size());
  const auto id_of_row = [&](std::uint32_t i) { return rows_[i].id; };
  for (std::uint32_t i = 0; i < rows_.size(); ++i) by_id_.add(i, id_of_row);
}

std::span<const RegistryCheck::Dated> RegistryCheck::Index::find(std::string_view id) const {
  const auto id_of_row = [&](std::uint32_t i) { return rows_[i].id; };
  const std::uint32_t first = by_id_.first(id, id_of_row);
  if (first == KeyIndex::none) return {};
  std::uint32_t last = first;
  while (by_id_.next(last) != KeyIndex::none) last = by_id_.next(last);
  return std::span(rows_).subspan(first, last - first + 1);
}

template <class Item, class Key, class Owner>
RegistryCheck::Index RegistryCheck::index(const SheetRows<Item>& rows, const Key& key,
                                          const Owner& owner) {
  unique(rows, key);
  std::vector<Dated> found;
  found.reserve(rows.items.size());
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const Item& item = rows.items[i];
    const std::string& id = key(item);
    if (!id.empty()) found.push_back({id, item.validity, rows.lines[i], owner(item)});
  }
  return Index(std::move(found));
}

template <class Item, class Key>
void RegistryCheck::unique(const SheetRows<Item>& rows, const Key& key) {
  const auto key_of_row = [&](std::uint32_t i) -> decltype(auto) { return key(rows.items[i]); };
  KeyIndex known(rows.items.size());
  for (std::uint32_t i = 0; i < rows.items.size(); ++i) {
    const auto& name = key(rows.items[i]);
    if (name.empty()) continue;
    for (std::uint32_t j = known.add(i, key_of_row); j != i; j = known.next(j)) {
      if (!overlap(rows.items[j].validity, rows.items[i].validity)) continue;
      fault(rows, i,
            "`" + name + "` holds at the same time as in line " + std::to_string(rows.lines[j]),
            "end one with `valid_to` before the other begins, or remove it");
      break;
    }
  }
}

template <class Item>
void RegistryCheck::refer(const SheetRows<Item>& rows, std::size_t i, std::string_view column,
                          const std::string& id, const Index& index, std::string_view what) {
  if (id.empty()) return;  // reported where it was read
  if (index.empty() && refused(std::string(what) + ".csv")) return;
  const std::span<const Dated> found = index.find(id);
  const Validity& validity = rows.items[i].validity;
  const auto where = [&] { return std::string(what) + ".csv"; };
  if (found.empty()) {
    fault(rows, i, "`" + std::string(column) + "` names `" + id + "`, which is not in " + where(),
          "correct the id, or add the row there");
  } else if (std::none_of(found.begin(), found.end(),
                          [&](const Dated& row) { return overlap(row.validity, validity); })) {
    fault(rows, i, "`" + id + "` of " + where() + " never holds while this row does",
          "correct `valid_from` or `valid_to` in one of the two files");
  } else if (!covered(found, validity)) {
    warn(rows, i, "`" + id + "` of " + where() + " holds for a part of this row's time only",
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
  outlets_ =
      index(sheets_.outlets, id_of<RegisteredOutlet>, parkwatch::enterprise_of<RegisteredOutlet>);
  facilities_ = index(sheets_.facilities, id_of<Facility>, parkwatch::enterprise_of<Facility>);
  lines_ = index(sheets_.lines, id_of<ProductionLine>, parkwatch::enterprise_of<ProductionLine>);
  projects_ = index(sheets_.projects, id_of<Project>, parkwatch::enterprise_of<Project>);
  devices_ = index(
      sheets_.devices, [](const RegisteredDevice& row) -> const std::string& { return row.mn; },
      [](const RegisteredDevice& row) -> const std::string& { return row.outlet; });
  std::vector<Dated> devices;
  devices.reserve(devices_.rows().size());
  for (const Dated& row : devices_.rows()) {
    devices.push_back({row.owner, row.validity, row.line, row.id});
  }
  devices_of_outlet_ = Index(std::move(devices));
  std::vector<Dated> factors;
  factors.reserve(sheets_.factors.items.size());
  for (std::size_t i = 0; i < sheets_.factors.items.size(); ++i) {
    const OutletFactor& row = sheets_.factors.items[i];
    factors.push_back({row.outlet, row.validity, sheets_.factors.lines[i], row.factor});
  }
  factors_of_outlet_ = Index(std::move(factors));
}

void RegistryCheck::references() {
  const auto each = [&](const auto& rows, std::string_view column, const auto& id,
                        const Index& index, std::string_view what) {
    for (std::size_t i = 0; i < rows.items.size(); ++i) {
      refer(rows, i, column, id(rows.items[i]), index, what);
    }
  };
  using Text = const std::string&;
  const auto enterprise_of = [](const auto& item) -> Text { return item.enterprise; };
  const auto outlet_of = [](const auto& item) -> Text { return item.outlet; };
  const auto park_of = [](const Enterprise& enterprise) -> Text { return enterprise.park; };
  const auto target_of = [](const RegisteredOutlet& outlet) {
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
  const auto line_of = [](const auto& item) -> Text { return item.line; };
  const auto facility_of = [](const auto& item) -> Text { return item.facility; };
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
    if (outlet.empty() || outlet.front().owner == facility.enterprise) continue;
    fault(sheets_.facilities, i, "outlet `" + facility.outlet + "` belongs to another enterprise",
          "name an outlet of `" + facility.enterprise + "`");
  }
}

template <class Item>
void RegistryCheck::shares(const SheetRows<Item>& rows, std::size_t i, const KeyIndex& by_member,
                           std::uint32_t first, const std::string& member) {
  std::int64_t sum = 0;  // where this row begins
  for (std::uint32_t other = first; other != KeyIndex::none; other = by_member.next(other)) {
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
  const auto outlet_of_row = [&](std::uint32_t i) -> const std::string& {
    return rows.items[i].outlet;
  };
  KeyIndex by_outlet(rows.items.size());
  for (std::uint32_t i = 0; i < rows.items.size(); ++i) by_outlet.add(i, outlet_of_row);
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    const LineOutlet& row = rows.items[i];
    refer(rows, i, "line", row.line, lines_, "lines");
    refer(rows, i, "outlet", row.outlet, outlets_, "outlets");
    shares(rows, i, by_outlet, by_outlet.first(row.outlet, outlet_of_row), "outlet " + row.outlet);
    const auto line = lines_.find(row.line);
    const auto outlet = outlets_.find(row.outlet);
    if (line.empty() || outlet.empty()) continue;
    if (line.front().owner == outlet.front().owner) continue;
    fault(rows, i,
          "outlet `" + row.outlet + "` and line `" + row.line + "` are not of one enterprise",
          "name an outlet of `" + std::string(line.front().owner) + "`");
  }
}

void RegistryCheck::projects() {
  const SheetRows<Project>& rows = sheets_.projects;
  for (std::size_t i = 0; i < rows.items.size(); ++i) {
    for (const std::string& outlet : rows.items[i].outlets) {
      refer(rows, i, "outlets", outlet, outlets_, "outlets");
      const auto found = outlets_.find(outlet);
      if (found.empty() || found.front().owner == rows.items[i].enterprise) continue;
      fault(rows, i, "outlet `" + outlet + "` belongs to another enterprise",
            "name an outlet of `" + rows.items[i].enterprise + "`");
    }
  }
}

void RegistryCheck::memberships() {
  const SheetRows<Membership>& rows = sheets_.memberships;
  unique(rows, [](const Membership& m) { return m.cluster + " " + membership_key(m); });
  const auto key_of_row = [&](std::uint32_t i) { return membership_key(rows.items[i]); };
  KeyIndex by_member(rows.items.size());
  for (std::uint32_t i = 0; i < rows.items.size(); ++i) by_member.add(i, key_of_row);
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
    const std::string key = membership_key(membership);
    shares(rows, i, by_member, by_member.first(key, key_of_row), key);
    const auto member = members.find(membership.member);
    if (enterprise || member.empty()) continue;
    const std::string owner = "enterprise " + std::string(member.front().owner);
    for (std::uint32_t other = by_member.first(owner, key_of_row); other != KeyIndex::none;
         other = by_member.next(other)) {
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
  const std::map<std::string_view, const Index*> entities = {
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
