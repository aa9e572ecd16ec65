#include "app/explain_window.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/day_input.h"
#include "app/explain_hour.h"
#include "app/explain_limit.h"
#include "app/mark_rows.h"
#include "app/row_difference.h"
#include "app/versions.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);

/// A window computed anew, with its steps where it is an hour.
struct Derived {
  WindowKey key;
  const OutletPlan* outlet = nullptr;
  MarkedWindows windows;
  HourSteps steps;
  const Window* window = nullptr;  // nothing where the set does not register it
};

WindowKey key_of(const Row& row, std::size_t phase) {
  const bool day = text_of(row[1]) == "day";
  return {text_of(row[0]), day ? LimitSpan::Day : LimitSpan::Hour, EventTime(number_of(row[2])),
          text_of(row[phase]) == "closed"};
}

EventTime end_of(const Derived& derived, const Plan& plan) {
  if (derived.key.span == LimitSpan::Hour) return derived.key.start + hour_length;
  return plan.zone_of_park(derived.key.park).day_end(derived.key.start);
}

void derive(ExplainContext& context, const Row& row, std::size_t phase, Derived& derived) {
  const Plan& plan = context.plan();
  derived.key = key_of(row, phase);
  derived.outlet = plan.outlet(text_of(row[3]));
  if (derived.outlet == nullptr) return;
  const DeviceHours hours = context.device_hours();
  const Zone& zone = plan.zone_of_park(derived.key.park);
  const OutletMarks marks = stored_marks(context.rows(), plan, derived.key.park, *derived.outlet);
  if (derived.key.span == LimitSpan::Hour) {
    derived.windows =
        mark_hour(HourCalculator(plan, hours)
                      .calculate(*derived.outlet, derived.key.start, zone, &derived.steps),
                  marks, derived.key.start);
  } else {
    const DayInput input =
        day_input(context.rows(), plan, derived.key, marks, *derived.outlet, hours);
    derived.windows = mark_day(plan, *derived.outlet, derived.key, input, hours);
  }
  for (const Window& window : derived.windows.windows.windows) {
    if (window.factor == text_of(row[4])) derived.window = &window;
  }
}

/// How a stored row differs from what was computed anew; empty when it does not.
std::string disagreement(TableId id, const Row& stored, const std::optional<Row>& computed) {
  if (!computed) return "the set that it names does not give this row at all";
  const std::string line = difference_line(id, &stored, &*computed);
  const std::size_t colon = line.find(": ");
  return colon == std::string::npos ? "" : "stored -> computed: " + line.substr(colon + 2);
}

void add_day_hours(ExplainContext& context, const Derived& derived, const std::string& factor,
                   Explanation& explanation) {
  ExplainedSection& section = explanation.add("Hours of the day");
  section.columns = {"hour", "phase", "state", "value", "converted", "volume m3", "mass kg"};
  const Plan& plan = context.plan();
  const Zone& zone = plan.zone_of_park(derived.key.park);
  for (EventTime hour = first_hour_of(derived.key.start); hour < end_of(derived, plan);
       hour = hour + hour_length) {
    const Row* row = context.rows().find(
        TableId::OutletWindow,
        {derived.key.park, std::string("hour"), cell(hour), derived.outlet->id, factor});
    if (row == nullptr) continue;
    const Window window = window_of(*row, plan.factor(factor)->role);
    section.rows.push_back({local_text(zone, hour), text_of((*row)[5]), window.state,
                            with_unit(window.value, ""), with_unit(window.converted, ""),
                            with_unit(window.volume_m3, ""), with_unit(window.mass_kg, "")});
  }
  const Outlet* outlet = derived.outlet->row_at(derived.key.start);
  if (outlet != nullptr) {
    const Parameters& rule = plan.parameters(outlet->rule_pack, derived.key.start);
    section.notes.push_back(
        rule.day_valid_hours
            ? fmt::format("Valid from {} valid hours on.", *rule.day_valid_hours)
            : fmt::format("Valid from {} % of the due hours on; due are all but no_discharge and "
                          "not_operating.",
                          rule.day_valid_share_percent));
  }
  section.notes.push_back("Each hour down to its records: `parkwatch explain window " +
                          derived.key.park + " hour START " + derived.outlet->id + " " + factor +
                          "`.");
}

void add_day_result(const Window& window, const std::string& unit, Explanation& explanation) {
  ExplainedSection& section = explanation.add("The day");
  section.fact("state", window.state);
  section.fact("value", with_unit(window.value, unit));
  section.fact("converted", with_unit(window.converted, unit));
  section.fact("reported by the logger (2031)", with_unit(window.reported, unit));
  section.fact("mass", with_unit(window.mass_kg, "kg"));
  section.fact("mass is", window.mass_state);
}

void add_findings(const Derived& derived, const std::string& factor, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Findings");
  for (const Finding& finding : derived.windows.windows.findings) {
    if (finding.factor == factor) section.fact(finding.finding, finding.detail + " ");
  }
  if (section.facts.empty()) section.notes.push_back("None.");
}

void add_records(ExplainContext& context, const Derived& derived, const std::string& factor,
                 Explanation& explanation) {
  std::vector<ExplainContext::Reports> wanted;
  const EventTime end = end_of(derived, context.plan());
  const bool day = derived.key.span == LimitSpan::Day;
  for (const Device& device : derived.outlet->devices) {
    if (device.validity.to <= derived.key.start || device.validity.from >= end) continue;
    if (day) {
      const auto label =
          device.day_label == Label::End ? std::chrono::hours(24) : std::chrono::hours(0);
      wanted.push_back({device.mn,
                        derived.key.start + label,
                        derived.key.start + label + hour_length,
                        {Kind::Day}});
      continue;
    }
    const auto label = [&](Label of, std::chrono::minutes length) {
      return of == Label::End ? length : std::chrono::minutes(0);
    };
    const auto by_minute = label(device.minute_label, std::chrono::minutes(device.minute_interval));
    const auto by_hour = label(device.hour_label, std::chrono::minutes(60));
    wanted.push_back({device.mn, derived.key.start, end, {Kind::Realtime}});
    wanted.push_back({device.mn, derived.key.start + by_minute, end + by_minute, {Kind::Minute}});
    wanted.push_back({device.mn, derived.key.start + by_hour, end + by_hour, {Kind::Hour}});
  }
  context.add_evidence(explanation, wanted);
  if (day) explanation.sections.back().title = "Raw day reports (2031)";
  if (!day && derived.steps.contains(factor) && derived.steps.at(factor).plan->row.cyclic) {
    explanation.sections.back().notes.push_back(
        "A cyclic factor also takes values of cycles that began before this hour.");
  }
}

void add_window_sections(ExplainContext& context, const Derived& derived, const std::string& factor,
                         Explanation& explanation) {
  if (derived.key.span == LimitSpan::Hour) {
    const auto steps = derived.steps.find(factor);
    if (steps == derived.steps.end()) return;
    add_hour_steps(context, *derived.outlet, derived.key, derived.steps, steps->second,
                   explanation);
  } else if (derived.window != nullptr) {
    add_day_hours(context, derived, factor, explanation);
    add_day_result(*derived.window, context.plan().factor(factor)->unit, explanation);
  }
  add_findings(derived, factor, explanation);
}

/// Marks that overlap the window, with their standing.
void add_marks(ExplainContext& context, const Derived& derived, Explanation& explanation) {
  const Zone& zone = context.plan().zone_of_park(derived.key.park);
  const EventTime end = end_of(derived, context.plan());
  ExplainedSection& section = explanation.add("Marks");
  section.columns = {"mark", "scheme", "from", "to", "made", "author", "standing"};
  for (const Row* row :
       context.rows().rows(TableId::Mark, {derived.key.park, derived.outlet->id})) {
    const Mark mark = mark_of(*row);
    if (mark.from >= end || mark.to <= derived.key.start) continue;
    section.rows.push_back({mark.mark, mark.scheme, local_text(zone, mark.from),
                            local_text(zone, mark.to),
                            local_text(zone, EventTime(mark.received.milliseconds())), mark.author,
                            text_of((*row)[11])});
  }
  if (section.rows.empty()) section.notes.push_back("None.");
  const std::optional<EventTime> deadline =
      mark_deadline(context.plan(), *derived.outlet, zone, derived.key.start);
  section.notes.push_back(deadline ? "It could be marked until " + local_text(zone, *deadline) + "."
                                   : "The outlet has no marking scheme.");
}

std::string when(ExplainContext& context, const Derived& derived) {
  const Zone& zone = context.plan().zone_of_park(derived.key.park);
  return (derived.key.span == LimitSpan::Day ? "the day from " : "the hour from ") +
         local_text(zone, derived.key.start);
}

/// Where a window or verdict comes from: its computation, former versions, set and records. Nothing
/// when its outlet is not registered then.
void add_origin(ExplainContext& context, const Derived& derived, TableId table, const Row& row,
                Explanation& explanation) {
  if (derived.outlet == nullptr) return;
  const std::string& factor = text_of(row[4]);
  add_window_sections(context, derived, factor, explanation);
  add_marks(context, derived, explanation);
  context.add_history(explanation, table, row);
  context.add_set(explanation);
  add_records(context, derived, factor, explanation);
}

}  // namespace

Explanation explain_window(ExplainContext& context, const Row& row) {
  Explanation explanation;
  explanation.kind = "window";
  explanation.key = history_key(TableId::OutletWindow, row);
  Derived derived;
  derive(context, row, 5, derived);
  std::optional<Row> computed;
  if (derived.window != nullptr) {
    computed = window_row(derived.key, *derived.window, context.plan().hash());
  }
  explanation.disagreement = disagreement(TableId::OutletWindow, row, computed);
  const std::string& factor = text_of(row[4]);
  const Factor* described = context.plan().factor(factor);
  explanation.headline = fmt::format(
      "{} {} at {}, {}: {}, {} ({})", factor, described == nullptr ? "" : described->name_en,
      text_of(row[3]), when(context, derived), text_of(row[6]),
      with_unit(decimal_of(row[7]), described == nullptr ? "" : described->unit), text_of(row[5]));
  add_origin(context, derived, TableId::OutletWindow, row, explanation);
  return explanation;
}

namespace {

/// As judged at the park's time.
std::vector<Verdict> judge(ExplainContext& context, const Derived& derived) {
  if (derived.outlet == nullptr) return {};
  const Row* park = context.rows().find(TableId::Park, {derived.key.park});
  const std::optional<EventTime> time = park == nullptr ? std::nullopt : park_time_of(*park);
  const Zone& zone = context.plan().zone_of_park(derived.key.park);
  const bool pending =
      time && waits_for_mark(context.plan(), *derived.outlet, zone, derived.key.start, *time);
  return judge_marked(*derived.outlet, derived.windows, derived.key.span, derived.key.start,
                      pending);
}

}  // namespace

Explanation explain_verdict(ExplainContext& context, const Row& row) {
  Explanation explanation;
  explanation.kind = "verdict";
  explanation.key = history_key(TableId::Verdict, row);
  Derived derived;
  derive(context, row, 6, derived);
  const std::vector<Verdict> verdicts = judge(context, derived);
  const auto found = std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
    return verdict.factor == text_of(row[4]) && verdict.limit_id == text_of(row[5]);
  });
  const Verdict* verdict = found == verdicts.end() ? nullptr : &*found;
  std::optional<Row> computed;
  if (verdict != nullptr) computed = verdict_row(derived.key, *verdict, context.plan().hash());
  explanation.disagreement = disagreement(TableId::Verdict, row, computed);
  const std::string& factor = text_of(row[4]);
  const Factor* described = context.plan().factor(factor);
  std::string unit = described == nullptr ? "" : described->unit;
  if (verdict != nullptr && described != nullptr) unit = unit_of(*verdict, *described);
  explanation.headline = fmt::format(
      "{}: {} {} at {}, {}: {} against {} ({})", text_of(row[8]), factor,
      described == nullptr ? "" : described->name_en, text_of(row[3]), when(context, derived),
      with_unit(decimal_of(row[9]), unit), with_unit(decimal_of(row[11]), unit), text_of(row[6]));
  const Outlet* outlet =
      derived.outlet == nullptr ? nullptr : derived.outlet->row_at(derived.key.start);
  add_limit(context, row, outlet, verdict, explanation);
  add_origin(context, derived, TableId::Verdict, row, explanation);
  return explanation;
}

}  // namespace parkwatch
