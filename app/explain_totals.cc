#include "app/explain_totals.h"

#include <fmt/format.h>

#include "alerts/episode_log.h"
#include "app/cluster_step.h"
#include "app/row_difference.h"
#include "app/row_search.h"
#include "app/versions.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

std::string share_of(MassDecimal part, MassDecimal whole) {
  if (whole.units() == 0) return "";
  const std::optional<Decimal> percent =
      Decimal::ratio(Wide{part.units()} * 100, Wide{whole.units()});
  return percent ? percent->text() + " %" : "";
}

/// What was substituted for the window's mass, with its method; empty for nothing.
std::string estimate_of(ExplainContext& context, const Row& window) {
  const Row* found =
      context.rows().find(TableId::Substitution, {window[0], window[3], window[4], window[2]});
  if (found == nullptr) return "";
  return printed(ColumnType::Decimal9, (*found)[4]) + " (" + text_of((*found)[5]) + ")";
}

void add_outlets(ExplainContext& context, const Row& row, Explanation& explanation) {
  const EventTime hour(number_of(row[2]));
  const std::string& factor = text_of(row[3]);
  ExplainedSection& section = explanation.add("Outlets");
  section.columns = {"park",         "outlet",        "state", "mass kg",
                     "estimated kg", "of it counted", "share"};
  for (const std::string& park : context.plan().parks()) {
    for (const OutletPlan* outlet : context.plan().outlets_of(park)) {
      const std::optional<ClusterShare> share = share_in_cluster(*outlet, text_of(row[0]), hour);
      const Row* window =
          share ? context.rows().find(TableId::OutletWindow,
                                      {park, std::string("hour"), cell(hour), outlet->id, factor})
                : nullptr;
      if (window == nullptr) continue;
      const Window of = window_of(*window, context.plan().factor(factor)->role);
      section.rows.push_back({park, outlet->id, of.state,
                              of.mass_kg ? of.mass_kg->text() : of.mass_state,
                              of.mass_kg ? "" : estimate_of(context, *window), share->gross.text(),
                              share->additive.text()});
    }
  }
  section.notes.push_back("Each outlet: `parkwatch explain window PARK hour START OUTLET " +
                          factor + "`.");
}

/// The columns of an event that people read.
void add_events(ExplainContext& context, const std::string& id, const Zone& zone,
                Explanation& explanation) {
  ExplainedSection& section = explanation.add("What happened to it");
  section.columns = {"known at (received)", "event",     "first window",
                     "last window",         "windows",   "resolved",
                     "in hindsight",        "goes on as"};
  const auto local = [&](const Cell& time) {
    return std::holds_alternative<std::monostate>(time)
               ? std::string()
               : local_text(zone, EventTime(number_of(time)));
  };
  const Key prefix{id};
  context.store().read(TableId::EpisodeEvent, std::span(&prefix, 1), [&](const Row& event) {
    const std::string hindsight = printed(ColumnType::Boolean, event[14]);
    section.rows.push_back({local(event[1]), text_of(event[2]), local(event[9]), local(event[10]),
                            printed(ColumnType::Integer, event[11]), local(event[12]),
                            hindsight == "true" ? "yes" : "no",
                            printed(ColumnType::Text, event[13])});
  });
}

/// The episode as its trail gives it; nothing where the trail has none that begins there.
std::optional<EpisodeSpan> span_of(ExplainContext& context, const EpisodeSubject& subject,
                                   EventTime first) {
  const Row* row =
      context.rows().find(TableId::Trail, {subject.park, subject.rule, subject.text()});
  if (row == nullptr) return std::nullopt;
  const Result<EpisodeLog, std::string> log = EpisodeLog::unpack(text_of((*row)[3]));
  if (!log) return std::nullopt;
  const Zone& zone = context.plan().zone_of_park(subject.park);
  const WindowStart start = [&](EventTime at) {
    return subject.span == "day" ? zone.day_start(at) : floor_to(at, std::chrono::hours(1));
  };
  for (const EpisodeSpan& span : episodes_of(log->trail, start)) {
    if (span.first == first) return span;
  }
  return std::nullopt;
}

void add_windows(ExplainContext& context, const EpisodeSubject& subject, EventTime first,
                 EventTime last, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Its windows");
  const Zone& zone = context.plan().zone_of_park(subject.park);
  const bool limit = !subject.limit_id.empty();
  section.columns = {"window", "state", "value", "limit"};
  const TableId id = limit ? TableId::Verdict : TableId::OutletWindow;
  context.store().scan(
      id, {subject.park, subject.span, cell(first)},
      {subject.park, subject.span, cell(last + std::chrono::milliseconds(1))}, 0,
      [&](const Row& row) {
        if (text_of(row[3]) != subject.outlet) return;
        if (!subject.factor.empty() && text_of(row[4]) != subject.factor) return;
        if (limit && text_of(row[5]) != subject.limit_id) return;
        const EventTime start(number_of(row[2]));
        section.rows.push_back({local_text(zone, start),
                                limit ? text_of(row[8]) : text_of(row[4]) + " " + text_of(row[6]),
                                printed(ColumnType::Decimal6, row[limit ? 9 : 7]),
                                limit ? printed(ColumnType::Decimal6, row[11]) : ""});
      });
  section.notes.push_back(
      fmt::format("Each of them: `parkwatch explain {} {} {} START {}{}`.",
                  limit ? "verdict" : "window", subject.park, subject.span, subject.outlet,
                  limit ? " " + subject.factor + " " + subject.limit_id : " FACTOR"));
}

}  // namespace

Explanation explain_cluster(ExplainContext& context, const Row& row) {
  Explanation explanation;
  explanation.kind = "cluster";
  explanation.key = history_key(TableId::ClusterWindow, row);
  const Key window(row.begin(), row.begin() + 3);
  const std::map<std::string, Row> computed = cluster_rows(context.store(), context.plan(), window);
  const std::string& factor = text_of(row[3]);
  const auto found = computed.find(factor);
  if (found == computed.end()) {
    explanation.disagreement = "no park contributes to it";
  } else if (found->second != row) {
    explanation.disagreement = difference_line(TableId::ClusterWindow, &row, &found->second);
  }
  const MassDecimal total = MassDecimal::from_units(number_of(row[5]));
  const Zone& zone = context.plan().zone_of_cluster(text_of(row[0]));
  explanation.headline = fmt::format(
      "Cluster {}, {} from {}, {}: {} kg ({})", text_of(row[0]), text_of(row[1]),
      local_text(zone, EventTime(number_of(row[2]))), factor, total.text(), text_of(row[4]));
  ExplainedSection& sum = explanation.add("Total");
  sum.fact("mass, each outlet whole", total.text() + " kg");
  sum.fact("mass by shares (adds up over clusters)", printed(ColumnType::Decimal9, row[6]) + " kg");
  const Factor* rule = context.plan().factor(factor);
  if (rule != nullptr && rule->equivalent_kg) {
    sum.fact("pollution equivalents", printed(ColumnType::Decimal6, row[7]) + " = mass / " +
                                          rule->equivalent_kg->text() + " kg");
  }
  sum.fact("completeness",
           fmt::format("{} = {} of {} outlet-hours", printed(ColumnType::Decimal6, row[10]),
                       number_of(row[9]), number_of(row[8])));
  sum.fact("estimated share", printed(ColumnType::Decimal6, row[11]) +
                                  " of the mass was substituted for missing hours");
  ExplainedSection& parks = explanation.add("Parks");
  parks.columns = {"park",         "phase",        "mass kg", "part of the total",
                   "estimated kg", "by shares kg", "present", "due"};
  context.store().read(TableId::Contribution, std::span(&window, 1), [&](const Row& part) {
    if (text_of(part[3]) != factor) return;
    const Contribution of = contribution_of(part);
    parks.rows.push_back({text_of(part[4]), text_of(part[5]), of.gross_kg.text(),
                          share_of(of.gross_kg, total), of.estimated_kg.text(),
                          of.additive_kg.text(), std::to_string(of.present),
                          std::to_string(of.due)});
  });
  if (text_of(row[1]) == "hour") {
    add_outlets(context, row, explanation);
  } else {
    parks.notes.push_back("A day is the sum of its closed hours: `parkwatch explain cluster " +
                          text_of(row[0]) + " hour START " + factor + "`.");
  }
  context.add_set(explanation);
  return explanation;
}

Explanation explain_episode(ExplainContext& context, const std::string& id,
                            const std::optional<Row>& row) {
  Explanation explanation;
  explanation.kind = "episode";
  explanation.key = id;
  std::optional<Row> last;
  const Key prefix{id};
  context.store().read(TableId::EpisodeEvent, std::span(&prefix, 1),
                       [&](const Row& event) { last = event; });
  if (!last) throw UnknownKey("no episode and no event has the id " + id);
  // Parts of the subject stand in the row where there is one, else in its last event.
  EpisodeSubject subject{text_of((*last)[4]), text_of((*last)[5]), text_of((*last)[6]),
                         text_of((*last)[7]), text_of((*last)[8]), "hour"};
  for (const char* span : {"hour", "day"}) {
    subject.span = span;
    if (episode_id(subject, EventTime(number_of((*last)[9]))) == id) break;
  }
  const EventTime first(number_of((*last)[9]));
  const std::optional<EpisodeSpan> span = span_of(context, subject, first);
  if (row && span) {
    const Row computed =
        episode_row(subject, id, *span, text_of((*row)[7]), EventTime(number_of((*row)[13])));
    explanation.disagreement = difference_line(TableId::Episode, &*row, &computed);
  } else if (row.has_value() != span.has_value()) {
    explanation.disagreement = row ? "its trail has no such episode" : "its trail still has it";
  }
  const Zone& zone = context.plan().zone_of_park(subject.park);
  explanation.headline = fmt::format(
      "{}: {} of {} {} {}, from {}", row ? text_of((*row)[8]) : text_of((*last)[3]), subject.rule,
      subject.outlet, subject.factor, subject.limit_id, local_text(zone, first));
  ExplainedSection& about = explanation.add("Episode");
  about.fact("severity", row ? text_of((*row)[7]) : "");
  about.fact("windows that opened or kept it", printed(ColumnType::Integer, (*last)[11]));
  about.fact("rule",
             "from the first closed window that is over to the next closed one that "
             "complies; other states neither extend nor resolve it");
  add_events(context, id, zone, explanation);
  add_windows(context, subject, first, EventTime(number_of((*last)[10])), explanation);
  context.add_set(explanation);
  return explanation;
}

}  // namespace parkwatch
