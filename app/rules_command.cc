#include "app/rules_command.h"

#include <ostream>
#include <vector>

#include "app/active_set.h"
#include "model/csv.h"
#include "model/rules_csv.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

/// A dated row of a rule file as people list it.
struct RuleLine {
  std::string file, name, value, standard, clause;
  bool sure = false;
  Validity validity;
};

constexpr std::int64_t day_ms = 86'400'000;

std::string date_text(EventTime at, EventTime open) {
  return at == open ? "" : zoned_text(at.milliseconds(), china_standard_time);
}

std::string bounds_text(const Limit& limit) {
  std::string text;
  for (const StackTable::Row& row : limit.stack.rows) {
    text +=
        (text.empty() ? "at most " : ", ") + row.upper.text() + " at " + row.height_m.text() + " m";
  }
  if (limit.lower) text = "at least " + limit.lower->text();
  if (limit.lower && limit.upper) text += " and ";
  if (limit.upper) text += "at most " + limit.upper->text();
  if (limit.of == LimitOf::Reference) text = "reference " + text;
  return text;
}

std::string effect_text(const MarkRule& rule) {
  std::string text = rule.name_en + ", ";
  switch (rule.effect) {
    case MarkEffect::Stopped:
      text += "stopped";
      break;
    case MarkEffect::Exempt:
      text += "exempt";
      break;
    case MarkEffect::Invalid:
      text += "invalid";
      break;
  }
  text += rule.equipment ? " above " : " from ";
  return text + std::to_string(rule.minutes) + " minutes, marked until " +
         std::to_string(rule.deadline_hour) + " h after the day";
}

std::string unit_text(const Limit& limit, const Rules& rules) {
  if (limit.of == LimitOf::MassRate) return "kg/h";
  return find_factor(rules, limit.factor)->unit;
}

std::vector<RuleLine> rule_lines(const Rules& rules) {
  std::vector<RuleLine> lines;
  for (const LifecycleEntry& entry : rules.lifecycle.entries) {
    lines.push_back({"lifecycle.csv", entry.rule + "/" + entry.name, entry.value, entry.standard,
                     entry.clause, entry.sure, entry.validity});
  }
  for (const Limit& limit : rules.limits) {
    lines.push_back({limit.stack.rows.empty() ? "limits.csv" : "stack_limits.csv", limit.id,
                     bounds_text(limit) + " " + unit_text(limit, rules), limit.standard,
                     limit.clause, limit.sure, limit.validity});
  }
  for (const MarkRule& rule : rules.marks) {
    lines.push_back({"mark_schemes.csv", rule.scheme + "/" + rule.mark, effect_text(rule),
                     rule.standard, rule.clause, rule.sure, rule.validity});
  }
  for (const OperationParameter& one : rules.operation) {
    lines.push_back({"operation.csv", one.rule + "/" + one.name, one.value, one.standard,
                     one.clause, one.sure, one.validity});
  }
  for (const Parameter& one : rules.parameters) {
    lines.push_back({"parameters.csv", one.name + (one.pack.empty() ? "" : "/" + one.pack),
                     one.value, one.standard, one.clause, one.sure, one.validity});
  }
  for (const CalendarPeriod& period : rules.lifecycle.calendar) {
    Validity days;
    days.from = EventTime(period.first_day * day_ms) - china_standard_time;
    days.to = EventTime((period.last_day + 1) * day_ms) - china_standard_time;
    lines.push_back({"working_days.csv", period.name, period.working ? "workday" : "holiday",
                     period.source, "", period.sure, days});
  }
  return lines;
}

}  // namespace

ExitCode list_rules(const RulesListOptions& options, std::ostream& out, std::ostream& errors) {
  Faults faults;
  const ParsedRules parsed = parse_rules(read_rule_files(options.rules, faults));
  faults.insert(faults.end(), parsed.faults.begin(), parsed.faults.end());
  for (const Fault& fault : faults) errors << fault.text() << '\n';
  if (refuses(faults)) return ExitCode::Configuration;
  const std::vector<RuleLine> lines = rule_lines(parsed.rules);
  std::size_t unsure = 0;
  const std::string header[] = {"file",   "name", "value",      "standard",
                                "clause", "sure", "valid_from", "valid_to"};
  out << csv_row_text(header);
  for (const RuleLine& line : lines) {
    if (!line.sure) ++unsure;
    if (line.sure && options.unsure) continue;
    const std::string cells[] = {line.file,
                                 line.name,
                                 line.value,
                                 line.standard,
                                 line.clause,
                                 line.sure ? "yes" : "no",
                                 date_text(line.validity.from, Validity().from),
                                 date_text(line.validity.to, Validity().to)};
    out << csv_row_text(cells);
  }
  errors << unsure << " of " << lines.size() << " dated rules are not sure\n";
  return ExitCode::Ok;
}

}  // namespace parkwatch
