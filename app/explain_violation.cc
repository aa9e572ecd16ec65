#include "app/explain_violation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "app/operation_step.h"
#include "app/project_facts.h"
#include "app/report_names.h"
#include "app/row_difference.h"
#include "app/row_search.h"
#include "app/versions.h"
#include "storage/export.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t rows_shown = 48;  // of runs and masses
constexpr minutes before_start{10};     // of the records shown: what led to it
constexpr hours records_span{1};        // from its start on

/// One stored violation with what it is explained by.
struct Told {
  ExplainContext& context;
  const Row& row;
  Violation violation;
  std::string park;
  const Zone& zone;
  EventTime time;  // the park's

  EventTime end() const { return violation.end.value_or(time); }
  std::string local(const std::optional<EventTime>& at) const {
    return at ? local_text(zone, *at) : "";
  }
};

EventTime time_of(ExplainContext& context, const std::string& park) {
  const Row* row = context.rows().find(TableId::Park, {park});
  const std::optional<EventTime> time = row == nullptr ? std::nullopt : park_time_of(*row);
  if (!time) throw UnknownKey("no record of park " + park + " has come yet");
  return *time;
}

std::optional<Violation> same_of(std::vector<Violation> all, const Violation& stored) {
  for (Violation& one : all) {
    const bool same =
        one.rule == stored.rule && one.subject == stored.subject && one.start == stored.start;
    if (same) return std::move(one);
  }
  return std::nullopt;
}

// Construction projects

/// "pr1" of "pr1@2/f1".
std::string project_of(const std::string& subject) {
  return subject.substr(0, subject.find_first_of("@/"));
}

std::optional<Violation> judged_project(const Told& told) {
  WorkingSet& rows = told.context.rows();
  const LifecyclePlan& lifecycle = told.context.plan().lifecycle();
  const std::string id = project_of(told.violation.subject);
  for (const ProjectPlan& project : lifecycle.projects_of(told.park)) {
    if (project.id != id) continue;
    const ProjectFacts facts =
        project_facts(rows, told.park, project, milestones_of(rows, told.park)[id]);
    return same_of(
        judge_project(facts, lifecycle.rules(), told.zone, floor_to(told.time, hours(1))),
        told.violation);
  }
  return std::nullopt;
}

/// What the rule says in words and numbers at the violation's start.
void add_lifecycle_rule(const Told& told, Explanation& explanation) {
  ExplainedSection& section = explanation.add("What the rule says");
  section.columns = {"name", "value", "standard", "clause", "certain", "in force"};
  for (const LifecycleEntry& entry : told.context.set().rules.lifecycle.entries) {
    if (entry.rule != told.violation.rule || !entry.validity.covers(told.violation.start)) continue;
    section.rows.push_back({entry.name, entry.value, entry.standard, entry.clause,
                            entry.sure ? "yes" : "no", validity_text(told.zone, entry.validity)});
  }
  section.notes.push_back(
      "The legal basis is picked by the date of the act that the law asks about, which may lie "
      "before the start; what the violation rests on is named above.");
}

void add_acts(const Told& told, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Acts of the project");
  section.columns = {"time",    "act",      "phase",    "about",      "document",
                     "SHA-256", "received", "evidence", "source / id"};
  const std::string project = project_of(told.violation.subject);
  std::vector<std::pair<EventTime, std::vector<std::string>>> lines;
  for (const Row* row :
       told.context.rows().rows(TableId::Document, {told.park, std::string("milestone")})) {
    const Document document = document_of(*row);
    const std::string name = document.source + "/" + document.id;
    const std::string received = utc_text(EventTime(document.received.milliseconds()));
    if (document.revoked()) {
      const bool own = document.member("project").empty() || document.member("project") == project;
      if (own) lines.push_back({told.time, {"", "revoked", "", "", "", "", received, "", name}});
      continue;
    }
    const Result<Milestone, std::string> act = Milestone::parse(document);
    if (!act || act->project != project) continue;
    const bool named = told.violation.evidence.find(name) != std::string::npos;
    lines.push_back({act->time,
                     {told.local(act->time), std::string(act_name(act->act)), act->phase, act->item,
                      act->document_number, std::string(document.member("sha256")), received,
                      named ? "yes" : "", name}});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [time, cells] : lines) section.rows.push_back(std::move(cells));
  if (lines.empty()) section.notes.push_back("No act of the project is known.");
}

void add_project(const Told& told, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Project");
  const std::string id = project_of(told.violation.subject);
  for (const Project& project : told.context.set().registry.projects) {
    if (project.id != id || !project.validity.covers(told.violation.start)) continue;
    section.fact("name", project.name);
    section.fact("enterprise", project.enterprise);
    section.fact("EIA document", project.eia_document);
    for (const std::string& outlet : project.outlets) section.fact("outlet of its own", outlet);
  }
  add_lifecycle_rule(told, explanation);
  add_acts(told, explanation);
}

// Running together

const OperationSite* site_of(const Told& told) {
  const OperationSubject subject{told.violation.rule, told.violation.subject};
  for (const OperationSite* site : told.context.plan().operation().sites_of(told.park)) {
    if (site->subjects().contains(subject)) return site;
  }
  return nullptr;
}

std::optional<Violation> judged_operation(const Told& told, const OperationSite& site) {
  OperationStep step(told.park, told.context.plan(), told.zone, told.context.rows(),
                     told.context.hours());
  const minutes grace(told.context.plan().grace_minutes(told.time));
  const EventTime closed_until = floor_to(told.time - grace, hours(1));
  return same_of(
      step.violations_of(site, {told.violation.rule, told.violation.subject}, closed_until),
      told.violation);
}

void add_operation_rule(const Told& told, const OperationSite& site, Explanation& explanation) {
  ExplainedSection& section = explanation.add("What the rule says");
  section.columns = {"rule", "name", "value", "standard", "clause", "certain"};
  const EventTime at = told.violation.start;
  const auto concerns = [&](const std::string& rule) {
    return rule == told.violation.rule || rule == "state";
  };
  for (const OperationParameter& one : told.context.set().rules.operation) {
    if (!concerns(one.rule) || !one.validity.covers(at)) continue;
    section.rows.push_back(
        {one.rule, one.name, one.value, one.standard, one.clause, one.sure ? "yes" : "no"});
  }
  for (const Tolerance& one : told.context.set().registry.tolerances) {
    if (one.enterprise != site.enterprise || !concerns(one.rule) || !one.validity.covers(at)) {
      continue;
    }
    section.rows.push_back({one.rule, one.name, one.value.text(), "the site's own",
                            "tolerances.csv of " + site.enterprise, "yes"});
  }
  section.notes.push_back("A value of the site's own stands in place of the rule's.");
}

std::string signal_text(MeterSignal signal) {
  switch (signal) {
    case MeterSignal::Power:
      return "power";
    case MeterSignal::Current:
      return "current";
    case MeterSignal::Energy:
      return "energy";
    case MeterSignal::Damper:
      return "damper";
  }
  return {};
}

std::set<std::string> add_meters(const Told& told, const OperationSite& site,
                                 Explanation& explanation) {
  std::set<std::string> devices;
  ExplainedSection& section = explanation.add("Meters");
  section.columns = {"MN", "value", "signal", "of", "full load", "empty"};
  const OperationSubject subject{told.violation.rule, told.violation.subject};
  for (const Meter* meter : site.meters_of(subject, told.violation.start)) {
    devices.insert(meter->mn);
    section.rows.push_back({meter->mn, meter->factor, signal_text(meter->signal), meter->unit,
                            meter->rated.text(), meter->idle.text()});
  }
  if (devices.empty()) section.notes.push_back("No meter: it rests on reported states or values.");
  return devices;
}

void add_minutes(const Told& told, Explanation& explanation) {
  ExplainedSection& section = explanation.add("When the condition held");
  section.columns = {"from", "to", "minutes"};
  SiteMinutes stored(told.park, told.context.rows());
  std::size_t more = 0;
  for (const OperationRun& run : stored.runs({told.violation.rule, told.violation.subject})) {
    if (run.end <= told.violation.start || run.start >= told.end()) continue;
    if (section.rows.size() == rows_shown) {
      ++more;
      continue;
    }
    section.rows.push_back(
        {told.local(run.start), told.local(run.end),
         std::to_string(std::chrono::duration_cast<minutes>(run.end - run.start).count())});
  }
  if (more > 0) section.notes.push_back(fmt::format("and {} more", more));
}

void add_masses(const Told& told, const OperationSite& site, Explanation& explanation) {
  ExplainedSection& section = explanation.add("Emitted meanwhile");
  section.fact("together", with_unit(told.violation.mass_kg, "kg"));
  section.columns = {"hour", "outlet", "pollutant", "mass kg"};
  const OperationSubject subject{told.violation.rule, told.violation.subject};
  const std::set<std::string> outlets = site.outlets_of(subject, told.violation.start);
  std::size_t more = 0;
  for (EventTime hour = floor_to(told.violation.start, hours(1)); hour < told.end();
       hour = hour + hours(1)) {
    for (const std::string& outlet : outlets) {
      for (const Row* row : told.context.rows().rows(
               TableId::OutletWindow, {told.park, std::string("hour"), cell(hour), outlet})) {
        const Factor* factor = told.context.plan().factor(text_of((*row)[4]));
        if (factor == nullptr || factor->role != FactorRole::Pollutant) continue;
        if (section.rows.size() == rows_shown) {
          ++more;
          continue;
        }
        const std::string mass = printed(ColumnType::Decimal9, (*row)[16]);
        section.rows.push_back(
            {told.local(hour), outlet, factor->code, mass.empty() ? "none" : mass});
      }
    }
  }
  if (more > 0) section.notes.push_back(fmt::format("and {} more", more));
  section.notes.push_back(
      "An hour that lies in it only in part counts by the share of its minutes.");
}

void add_operation(const Told& told, const OperationSite& site, Explanation& explanation) {
  add_operation_rule(told, site, explanation);
  add_minutes(told, explanation);
  const std::set<std::string> devices = add_meters(told, site, explanation);
  add_masses(told, site, explanation);
  std::vector<ExplainContext::Reports> wanted;
  const EventTime from = told.violation.start - before_start;
  const EventTime to = std::min(told.end(), told.violation.start + records_span);
  const std::set<Kind> kinds{Kind::Realtime, Kind::Minute, Kind::Hour, Kind::Status};
  for (const std::string& mn : devices) wanted.push_back({mn, from, to, kinds});
  if (wanted.empty()) return;
  told.context.add_evidence(explanation, wanted);
  explanation.sections.back().notes.push_back("From " + told.local(from) + " to " + told.local(to) +
                                              ".");
}

void add_result(const Told& told, Explanation& explanation) {
  const Violation& of = told.violation;
  ExplainedSection& section = explanation.add("Violation");
  section.fact("since", told.local(of.start));
  section.fact("until", told.local(of.end));
  section.fact("due", told.local(of.due));
  section.fact("severity", of.severity);
  section.fact("legal basis", of.basis);
  section.fact("rests on", of.evidence);
}

}  // namespace

Explanation explain_violation(ExplainContext& context, const Row& row) {
  const std::string park = text_of(row[0]);
  const Told told{context,
                  row,
                  violation_of(row),
                  park,
                  context.plan().zone_of_park(park),
                  time_of(context, park)};
  const ReportNames names(context.set(), park, false);
  Explanation explanation;
  explanation.kind = "violation";
  explanation.key = history_key(TableId::Violation, row);
  explanation.headline =
      fmt::format("{}: {}, {}, from {}", violation_state_text(told.violation.state),
                  names.rule(told.violation.rule), names.subject(told.violation.subject),
                  told.local(told.violation.start));
  const bool project = told.violation.rule.starts_with("TS-L");
  const OperationSite* site = project ? nullptr : site_of(told);
  std::optional<Violation> judged;
  if (project) judged = judged_project(told);
  if (site != nullptr) judged = judged_operation(told, *site);
  if (!judged) {
    explanation.disagreement = "judged again there is no such violation";
  } else {
    const Row computed = violation_row(park, *judged, text_of(row[13]));
    explanation.disagreement = difference_line(TableId::Violation, &row, &computed);
  }
  add_result(told, explanation);
  if (project) add_project(told, explanation);
  if (site != nullptr) add_operation(told, *site, explanation);
  context.add_history(explanation, TableId::Violation, row);
  context.add_set(explanation);
  return explanation;
}

}  // namespace parkwatch
