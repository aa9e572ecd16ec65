#include "app/compliance_month.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "app/versions.h"
#include "app/window_rows.h"
#include "model/check.h"

namespace parkwatch {

namespace {

void increase(MassDecimal& sum, MassDecimal by) {
  const std::optional<MassDecimal> total = add(sum, by);
  if (!total) throw std::overflow_error("a month's mass is beyond 9 million tonnes");
  sum = *total;
}

void gather_hours(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  scan_windows(store, TableId::OutletWindow, month, "hour", [&](const NamedRow& row) {
    if (row.text("phase") != "closed") return;  // it may still get its values
    FactorMonth& factor = all.factors[{row.text("outlet"), row.text("factor")}];
    const std::string& state = row.text("state");
    ++factor.states[state];
    if (const std::optional<MassDecimal> mass = mass_of(row["mass_kg"])) {
      increase(factor.mass_kg, *mass);
    }
    if (state == "not_operating" || state == "no_discharge") return;
    ++factor.due;
    if (row.has("first_arrival")) ++factor.arrived;
    if (!row.has("mass_kg")) ++factor.hours_without_mass;
    if (state != "valid") return;
    ++factor.valid;
    const std::optional<Decimal> value =
        decimal_of(row.has("converted") ? row["converted"] : row["value"]);
    if (value && (!factor.greatest || *factor.greatest < *value)) {
      factor.greatest = value;
      factor.greatest_at = row.time("start");
    }
  });
}

/// Windows over any of their limits count once.
void gather_verdicts(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  for (const bool daily : {false, true}) {
    std::set<std::pair<std::string, std::string>> over;  // outlet and factor, of one window
    std::optional<EventTime> window;
    const auto count = [&] {
      for (const auto& key : over)
        ++(daily ? all.factors[key].days_over : all.factors[key].hours_over);
      over.clear();
    };
    scan_windows(store, TableId::Verdict, month, daily ? "day" : "hour", [&](const NamedRow& row) {
      if (window != row.time("start")) count();
      window = row.time("start");
      if (row.text("limit_id").empty()) return;
      const std::pair key(row.text("outlet"), row.text("factor"));
      all.factors[key].judged = true;
      bool& unsure = all.limits[row.text("limit_id")];
      unsure = unsure || number_of(row["unsure"]) != 0;
      if (row.text("state") == "over" && row.text("phase") == "closed") over.insert(key);
    });
    count();
  }
}

void gather_findings(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  for (const char* span : {"hour", "day"}) {
    scan_windows(store, TableId::Quality, month, span, [&](const NamedRow& row) {
      ++all.findings[{row.text("finding"), row.text("outlet")}];
    });
  }
}

void gather_episodes(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  store.scan(TableId::Episode, {}, {}, 0, [&](const Row& row) {
    const NamedRow episode(TableId::Episode, row);
    if (episode.text("park") != month.park || episode.time("first_window") >= month.end) return;
    const bool over_before =
        episode.has("resolved_window") && episode.time("resolved_window") <= month.start;
    if (!over_before) all.episodes.push_back(row);
  });
  const std::size_t first = column_of(TableId::Episode, "first_window");
  std::stable_sort(all.episodes.begin(), all.episodes.end(), [&](const Row& a, const Row& b) {
    return number_of(a[first]) < number_of(b[first]);
  });
}

void gather_violations(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  const Key park{month.park};
  store.read(TableId::Violation, std::span(&park, 1), [&](const Row& row) {
    const NamedRow violation(TableId::Violation, row);
    const bool before = violation.has("end") && violation.time("end") <= month.start;
    if (violation.time("start") < month.end && !before) all.violations.push_back(row);
  });
  const std::size_t start = column_of(TableId::Violation, "start");
  std::stable_sort(all.violations.begin(), all.violations.end(), [&](const Row& a, const Row& b) {
    return number_of(a[start]) < number_of(b[start]);
  });
}

/// The value of one column in a former version's content.
std::string part_of(const std::string& content, const std::string& name) {
  const std::size_t at = (";" + content).find(";" + name + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 1;
  return content.substr(begin, content.find(';', begin) - begin);
}

/// A former version of a verdict, whose key is park, span, start, outlet, factor and limit.
ChangedVerdict changed_verdict(const NamedRow& former) {
  ChangedVerdict change;
  change.key = former.text("row_key");
  std::array<std::string, 6> parts;
  std::size_t at = 0;
  for (std::string& part : parts) {
    const std::size_t end = std::min(change.key.find('|', at), change.key.size());
    part = change.key.substr(at, end - at);
    at = std::min(end + 1, change.key.size());
  }
  change.span = parts[1];
  change.start = EventTime(parse_iso_time(parts[2]).value());
  change.outlet = parts[3];
  change.factor = parts[4];
  change.limit_id = parts[5];
  change.before = part_of(former.text("content"), "state");
  change.cause = former.text("cause");
  change.replaced = former.time("replaced_minute");
  return change;
}

/// Versions of the park's rows that were replaced in the month, whatever they are about.
void gather_corrections(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  for (const TableId id : {TableId::OutletWindow, TableId::Verdict, TableId::Violation}) {
    const std::string kind(table(id).name);
    // Row keys begin with the park and a bar; '}' follows it in the order of bytes.
    const Key low{kind, month.park + "|"}, high{kind, month.park + "}"};
    store.scan(TableId::History, low, high, 0, [&](const Row& row) {
      const NamedRow former(TableId::History, row);
      const EventTime replaced = former.time("replaced_minute");
      if (replaced < month.start || replaced >= month.end) return;
      ++all.corrections[former.text("cause")];
      if (id != TableId::Verdict) return;
      all.changed.push_back(changed_verdict(former));
    });
  }
}

/// What each changed verdict says now; those that say the same are left out.
void finish_changes(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  std::map<std::string, std::string> present;
  for (const ChangedVerdict& change : all.changed) present[change.key];
  if (present.empty()) return;
  const Key low{month.park}, high{month.park + '\0'};
  store.scan(TableId::Verdict, low, high, 0, [&](const Row& row) {
    const auto found = present.find(history_key(TableId::Verdict, row));
    if (found != present.end()) found->second = NamedRow(TableId::Verdict, row).text("state");
  });
  for (ChangedVerdict& change : all.changed) change.after = present[change.key];
  std::erase_if(all.changed,
                [](const ChangedVerdict& change) { return change.before == change.after; });
}

void gather_clusters(Store& store, const ParkPeriod& month, ComplianceMonth& all) {
  store.scan(TableId::Contribution, {}, {}, 0, [&](const Row& row) {
    const NamedRow part(TableId::Contribution, row);
    if (part.text("park") != month.park || part.text("span") != "day") return;
    if (part.time("start") < month.start || part.time("start") >= month.end) return;
    check(add_contributions(all.clusters[part.text("cluster")],
                            {{part.text("factor"), contribution_of(row)}}));
  });
}

}  // namespace

ComplianceMonth gather_month(Store& store, const ParkPeriod& month) {
  ComplianceMonth all;
  all.park_time = stored_park_time(store, month.park);
  gather_hours(store, month, all);
  gather_verdicts(store, month, all);
  gather_findings(store, month, all);
  gather_episodes(store, month, all);
  gather_violations(store, month, all);
  gather_corrections(store, month, all);
  finish_changes(store, month, all);
  gather_clusters(store, month, all);
  return all;
}

}  // namespace parkwatch
