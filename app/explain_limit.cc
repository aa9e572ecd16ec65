#include "app/explain_limit.h"

#include "app/rows.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

/// How a limit by stack height comes about (docs/rules/stack_height.md).
void add_stack(const Outlet& outlet, const Limit& limit, ExplainedSection& section) {
  section.fact("stack", with_unit(outlet.stack_height_m, "m"));
  section.fact("highest building within 200 m", outlet.buildings_height_m
                                                    ? with_unit(outlet.buildings_height_m, "m")
                                                    : "not surveyed: the verdict is unsure");
  std::string table;
  for (const StackTable::Row& row : limit.stack.rows) {
    table += (table.empty() ? "" : ", ") + row.upper.text() + " at " + row.height_m.text() + " m";
  }
  section.fact("table", table + "; between them by interpolation, beyond them by the square");
  section.fact("lowered to " + limit.stack.short_percent.text() + " %",
               "where the stack is not " + limit.stack.above_buildings_m.text() +
                   " m above the buildings, and again below " + limit.stack.least_height_m.text() +
                   " m");
}

}  // namespace

std::string unit_of(const Verdict& verdict, const Factor& factor) {
  return verdict.of == LimitOf::MassRate ? "kg/h" : factor.unit;
}

void add_limit(ExplainContext& context, const Row& row, const Outlet* outlet,
               const Verdict* verdict, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Limit");
  const std::string& id = text_of(row[5]);
  const EventTime start(number_of(row[2]));
  const Plan& plan = context.plan();
  const Zone& zone = plan.zone_of_park(text_of(row[0]));
  if (id.empty()) {
    section.notes.push_back("No limit is registered for this factor, so nothing is judged.");
    return;
  }
  section.fact("limit", id);
  const Limit* limit = find_limit(context.set().rules, id, start);
  if (limit != nullptr) {
    section.fact("standard", limit->standard + ", " + limit->clause);
    section.fact("for", limit->industry + (limit->scope.empty() ? "" : ", " + limit->scope));
    section.fact("averaging", limit->averaging);
    section.fact("in force", validity_text(zone, limit->validity));
    section.fact("source", limit->source);
    if (outlet != nullptr && !limit->stack.rows.empty()) add_stack(*outlet, *limit, section);
    section.fact("certain", limit->sure ? "yes" : "no: clause or date were not confirmed");
  }
  for (const Permit& permit : context.set().registry.permits) {
    if ("permit/" + permit.id != id || !permit.validity.covers(start)) continue;
    section.fact("permit", permit.id);
    section.fact("source", permit.source);
    section.fact("in force", validity_text(zone, permit.validity));
    section.fact("certain", permit.sure ? "yes" : "no");
  }
  if (verdict == nullptr) return;
  const std::string unit = unit_of(*verdict, *plan.factor(text_of(row[4])));
  section.fact("lower", verdict->lower ? with_unit(verdict->lower, unit) : "");
  section.fact("upper", verdict->upper ? with_unit(verdict->upper, unit) : "");
  section.fact("judged value", with_unit(verdict->value, unit));
  if (verdict->value && verdict->upper) {
    // A mass is compared with digits that its rate does not show.
    const bool over = verdict->of == LimitOf::MassRate ? verdict->state_before_marks == "over"
                                                       : *verdict->value > *verdict->upper;
    section.fact("comparison", verdict->value->text() + (over ? " > " : " <= ") +
                                   verdict->upper->text() +
                                   ", full stored values; equality complies (GB/T 8170)");
  }
  section.fact("share of the limit", with_unit(verdict->ratio, ""));
  section.fact("strictest of its window", verdict->leads ? "yes" : "no");
  section.fact("note", verdict->note);
  section.fact("state", verdict->state);
}

}  // namespace parkwatch
