#include "model/lifecycle_csv.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <utility>

#include "model/dated_rows.h"
#include "model/parameters.h"

namespace parkwatch {

namespace {

constexpr std::string_view rules_file = "lifecycle.csv";
constexpr std::string_view calendar_file = "working_days.csv";

constexpr std::array rule_columns = {
    SheetColumn{"rule", true},       SheetColumn{"name", true},     SheetColumn{"value", true},
    SheetColumn{"standard", true},   SheetColumn{"clause", true},   SheetColumn{"sure", true},
    SheetColumn{"valid_from", true}, SheetColumn{"valid_to", true},
};
constexpr std::array calendar_columns = {
    SheetColumn{"first", true}, SheetColumn{"last", true},   SheetColumn{"kind", true},
    SheetColumn{"name", true},  SheetColumn{"source", true}, SheetColumn{"sure", true},
};

/// An entry that rules must have; `rules` are numbers between blanks, empty: all of them.
struct EntrySpec {
  std::string_view rules;
  ParameterSpec spec;
};

constexpr std::string_view severities = "critical major minor warning";

constexpr EntrySpec severity(std::string_view rules, std::string_view name) {
  return {rules, {name, "", "", severities}};
}
constexpr EntrySpec whole(std::string_view rules, std::string_view name, std::string_view least,
                          std::string_view greatest) {
  return {rules, {name, least, greatest, ""}};
}

constexpr std::array entry_specs = {
    severity("", "severity"),
    whole("02 04 07 08 09 10 11 13 14", "warn_ahead_days", "0", "3660"),
    whole("02", "approval_years", "1", "100"),
    whole("04", "lag_points", "0", "100"),
    whole("04", "lag_days", "0", "3660"),
    whole("05", "capacity_share_percent", "0", "100"),
    whole("08", "disclosure_working_days", "0", "366"),
    whole("08", "display_working_days", "0", "366"),
    severity("08", "severity_display"),
    whole("09", "usual_months", "0", "120"),
    whole("09", "extended_months", "0", "120"),
    severity("09", "severity_usual"),
    whole("10", "filing_working_days", "0", "366"),
    whole("11 13", "tolerance_hours", "0", "8784"),
    whole("14", "standstill_hours", "0", "8784"),
    whole("14", "production_hours", "0", "8784"),
};

bool known_rule(const std::string& rule) {
  const std::vector<std::string>& all = lifecycle_rule_names();
  return std::find(all.begin(), all.end(), rule) != all.end();
}

bool applies(const EntrySpec& spec, std::string_view rule) {
  return spec.rules.empty() || spec.rules.find(rule.substr(rule.size() - 2)) != spec.rules.npos;
}

const EntrySpec* find_spec(std::string_view rule, std::string_view name) {
  const auto found = std::find_if(entry_specs.begin(), entry_specs.end(), [&](const EntrySpec& s) {
    return s.spec.name == name && applies(s, rule);
  });
  return found == entry_specs.end() ? nullptr : &*found;
}

LifecycleEntry read_entry(const SheetRow& row) {
  LifecycleEntry entry;
  entry.rule = row.required("rule");
  entry.name = row.required("name");
  entry.value = row.required("value");
  read_source(row, entry);
  if (!known_rule(entry.rule)) {
    row.fault("rule `" + entry.rule + "` is not known", "rules are TS-L01 to TS-L15");
    return entry;
  }
  if (entry.name == "basis") return entry;
  const EntrySpec* spec = find_spec(entry.rule, entry.name);
  if (spec == nullptr) {
    row.fault(entry.rule + " has no entry `" + entry.name + "`", "check its spelling");
  } else if (const auto advice = parameter_fault(spec->spec, entry.value); advice) {
    row.fault("`value` of " + entry.name + " is refused: `" + entry.value + "`", *advice);
  }
  return entry;
}

/// Whether the entry holds wherever one of its rows ends, and from `first` on.
bool has_no_gap(const LifecycleRules& rules, const std::string& rule, std::string_view name,
                EventTime first) {
  std::vector<EventTime> probes{first};
  for (const LifecycleEntry& entry : rules.entries) {
    const bool ends = entry.rule == rule && entry.name == name && entry.validity.to < Validity{}.to;
    if (ends) probes.push_back(entry.validity.to);
  }
  return std::all_of(probes.begin(), probes.end(),
                     [&](EventTime at) { return rules.find(rule, name, at) != nullptr; });
}

void check_complete(const std::string& file, const LifecycleRules& rules, Faults& faults) {
  const auto require = [&](const std::string& rule, std::string_view name, EventTime first) {
    if (has_no_gap(rules, rule, name, first)) return;
    faults.push_back({file, 0, Severity::Fault,
                      rule + " has no `" + std::string(name) + "` at some times",
                      "add a row; where one ends with `valid_to` the next begins"});
  };
  for (const std::string& rule : lifecycle_rule_names()) {
    EventTime first = Validity{}.to - std::chrono::milliseconds(1);
    for (const LifecycleEntry& entry : rules.entries) {
      if (entry.rule == rule && entry.name == "basis") first = std::min(first, entry.validity.from);
    }
    require(rule, "basis", first);
    for (const EntrySpec& spec : entry_specs) {
      if (applies(spec, rule)) require(rule, spec.spec.name, Validity{}.from);
    }
  }
}

constexpr std::int64_t day_ms = 86'400'000;

std::optional<std::int64_t> read_day(const SheetRow& row, std::string_view column) {
  const std::string text = row.required(column);
  const std::optional<std::int64_t> at = parse_iso_time(text + "T00:00:00Z");
  if (at) return *at / day_ms;
  row.fault("`" + std::string(column) + "` is no date: `" + text + "`", "write it as 2026-10-01");
  return std::nullopt;
}

void read_period(const SheetRow& row, std::vector<CalendarPeriod>& calendar) {
  CalendarPeriod period;
  const std::optional<std::int64_t> first = read_day(row, "first");
  const std::optional<std::int64_t> last = read_day(row, "last");
  period.working = row.choice<bool>("kind", std::nullopt, {{"holiday", false}, {"workday", true}});
  period.name = row.required("name");
  period.source = row.required("source");
  period.sure = row.choice<bool>("sure", std::nullopt, {{"yes", true}, {"no", false}});
  if (!first || !last) return;
  period.first_day = *first;
  period.last_day = *last;
  constexpr std::int64_t longest = 31;
  if (*last < *first || *last - *first >= longest) {
    row.fault("`last` is before `first`, or more than a month after it", "correct the dates");
    return;
  }
  for (const CalendarPeriod& other : calendar) {
    if (other.last_day < period.first_day || period.last_day < other.first_day) continue;
    row.fault("a day of it is in `" + other.name + "` already", "each day may stand once only");
    return;
  }
  calendar.push_back(std::move(period));
}

int year_of(std::int64_t day) {
  return civil_time(day * day_ms, std::chrono::minutes(0)).year;
}

void warn_of_missing_years(const std::string& file, const std::vector<CalendarPeriod>& calendar,
                           Faults& faults) {
  std::set<int> years;
  for (const CalendarPeriod& period : calendar) {
    years.insert(year_of(period.first_day));
    years.insert(year_of(period.last_day));
  }
  if (years.empty()) return;
  for (int year = *years.begin(); year < *years.rbegin(); ++year) {
    if (years.contains(year)) continue;
    faults.push_back({file, 0, Severity::Warning,
                      "no holidays of " + std::to_string(year) + ", but of years before and after",
                      "add those of the State Council's notice"});
  }
}

}  // namespace

const std::vector<std::string>& lifecycle_rule_names() {
  static const std::vector<std::string> names = {"TS-L01", "TS-L02", "TS-L03", "TS-L04", "TS-L05",
                                                 "TS-L06", "TS-L07", "TS-L08", "TS-L09", "TS-L10",
                                                 "TS-L11", "TS-L12", "TS-L13", "TS-L14", "TS-L15"};
  return names;
}

void read_lifecycle_rules(const TextFiles& files, LifecycleRules& rules, Faults& faults) {
  const auto text_of = [&](std::string_view name) {
    const auto found = files.texts.find(std::string(name));
    return found == files.texts.end() ? nullptr : &found->second;
  };
  if (const std::string* text = text_of(rules_file)) {
    SeenRows seen;
    Sheet(files.path(rules_file), *text, rule_columns, faults).for_each([&](const SheetRow& row) {
      LifecycleEntry entry = read_entry(row);
      seen.add(entry.rule + "/" + entry.name, entry.validity, row);
      rules.entries.push_back(std::move(entry));
    });
    if (!rules.entries.empty()) check_complete(files.path(rules_file), rules, faults);
  }
  if (const std::string* text = text_of(calendar_file)) {
    Sheet(files.path(calendar_file), *text, calendar_columns, faults)
        .for_each([&](const SheetRow& row) { read_period(row, rules.calendar); });
    warn_of_missing_years(files.path(calendar_file), rules.calendar, faults);
  }
}

}  // namespace parkwatch
