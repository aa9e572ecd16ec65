#include "app/transmission_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/activation.h"
#include "app/window_rows.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

constexpr std::string_view target_name = "transmission_target_percent";

std::string rate(std::int64_t part, std::int64_t whole) {
  return percent_text<2>(part, whole);
}

/// The first instant of the local quarter after the one that begins at `quarter`.
EventTime next_quarter(EventTime quarter, const Zone& zone) {
  return zone.quarter_start(quarter + std::chrono::days(100));
}

ParkPeriod with_first_quarter(ParkPeriod period, const Zone& zone) {
  period.start = zone.quarter_start(period.start);
  return period;
}

}  // namespace

TransmissionSections::TransmissionSections(Store& store, const ActiveSet& set,
                                           const ParkPeriod& period, const ReportNames& say)
    : rules_(set.rules),
      period_(period),
      plan_(make_plan(set)),
      zone_(plan_->zone_of_park(period.park)),
      say_(say),
      counts_(count_transmission(store, rules_, *plan_, with_first_quarter(period, zone_))) {}

/// The period, then its quarters as far as it reaches.
std::vector<TransmissionSections::Span> TransmissionSections::spans() const {
  std::vector<Span> spans = {{period_.name, period_.start, period_.end, false}};
  for (EventTime at = zone_.quarter_start(period_.start); at < period_.end;) {
    const EventTime next = next_quarter(at, zone_);
    const CivilTime first = civil_time(at.milliseconds(), zone_.offset_at(at));
    const int number = first.month / 3 + 1;
    const std::string name = say_(fmt::format("{}年第{}季度", first.year, number),
                                  fmt::format("{} Q{}", first.year, number));
    spans.push_back({name, at, std::min(next, period_.end), true});
    at = next;
  }
  return spans;
}

std::optional<Decimal> TransmissionSections::target(const std::string& outlet, EventTime at) const {
  const Parameter* parameter = outlet_parameter(rules_, *plan_, target_name, outlet, at);
  if (parameter == nullptr) return std::nullopt;
  return Decimal::parse(parameter->value);
}

/// The target and what is left out, each with its source and whether that was compared.
std::string TransmissionSections::rules_text() const {
  const auto source = [&](const Parameter& rule) {
    const std::string clause = rule.clause == "unknown" ? "clause unknown" : rule.clause;
    return say_("（", " (") + say_.law(rule.standard + ", " + clause) +
           (rule.sure ? "" : say_("，未与原文核对", ", not compared with the official text")) +
           say_("）。", ").");
  };
  std::string text;
  const Parameter* target = find_parameter(rules_, target_name, "", period_.start);
  if (target != nullptr) text += say_("目标 ", " Target ") + target->value + " %" + source(*target);
  const Parameter* checks = find_parameter(rules_, check_hours_name, "", period_.start);
  if (checks != nullptr && checks->value != "0") {
    text += say_(fmt::format("废水标样核查每日至多 {} 小时不计入", checks->value),
                 fmt::format(" Standard checks of waste water leave out up to {} h a day",
                             checks->value)) +
            source(*checks);
  }
  return text;
}

ReportTable TransmissionSections::table(const std::string& of) const {
  ReportTable table;
  table.columns = {say_("排放口", "Outlet"),
                   say_("污染因子", "Factor"),
                   of,
                   say_("应传小时", "Hours due"),
                   say_("已传", "Arrived"),
                   say_("按时", "In time"),
                   say_("有效", "Valid"),
                   say_("传输率", "Transmission"),
                   say_("有效率", "Validity"),
                   say_("有效传输率", "Effective"),
                   say_("即时有效传输率", "Immediate"),
                   say_("达到目标", "Target reached")};
  table.numbers = {false, false, false, true, true, true, true, true, true, true, true, false};
  return table;
}

std::vector<std::string> TransmissionSections::line(const Series& series, const Span& span,
                                                    const Transmission& counts) const {
  const std::optional<Decimal> percent = target(series.first, span.start);
  const std::optional<bool> reached = percent ? counts.reaches(*percent) : std::nullopt;
  return {say_.outlet(series.first),
          series.second.empty() ? say_("全部因子", "all factors") : say_.factor(series.second),
          span.name,
          std::to_string(counts.due),
          std::to_string(counts.arrived),
          std::to_string(counts.in_time),
          std::to_string(counts.valid),
          rate(counts.arrived, counts.due),
          rate(counts.valid, counts.arrived),
          rate(counts.valid, counts.due),
          rate(counts.valid_in_time, counts.due),
          !reached   ? ""
          : *reached ? say_("是", "yes")
                     : say_("否", "no")};
}

ReportSection TransmissionSections::periods() const {
  ReportSection section{say_("有效传输率", "Effective transmission"), "transmission", "", {}, ""};
  section.note =
      say_(
          "有效传输率 = 传输率 × 有效率；即时值只计按时到达的小时。季度截至本时段末。捕集率见 "
          "HJ 75-2017 第 12.1 条。",
          "Effective = transmission × validity; immediate counts only hours that arrived in "
          "time. Quarters up to the period's end. Capture rate: HJ 75-2017 12.1.") +
      rules_text();
  section.none = say_("没有已结束的小时。", "No hour has closed.");
  section.table = table(say_("时段", "Period"));
  section.table.columns.push_back(say_("捕集率", "Capture"));
  section.table.numbers.push_back(true);
  const std::vector<Span> spans = this->spans();
  for (const auto& [series, days] : counts_) {
    for (const Span& span : spans) {
      const auto first = days.lower_bound(span.start);
      if (first == days.end() || first->first >= span.end) continue;
      const Transmission counts = total(days, span.start, span.end);
      std::vector<std::string> cells = line(series, span, counts);
      const std::int64_t hours = counts.due + counts.left_out;
      cells.push_back(span.quarter ? rate(counts.valid, hours) : "");
      section.table.rows.push_back(std::move(cells));
    }
  }
  return section;
}

ReportSection TransmissionSections::days(bool short_only) const {
  ReportSection section{
      say_("各日有效传输率", "Effective transmission by day"), "days", "", {}, ""};
  section.none = say_("没有已结束的小时。", "No hour has closed.");
  if (short_only) {
    section.heading = say_("有效传输率不足的日", "Days short of data");
    section.note = say_("有效传输率或即时有效传输率未达到目标的日。",
                        "Days whose effective transmission, completed or immediate, misses the "
                        "target.");
    section.none = say_("没有不足的日。", "No day was short.");
  }
  section.table = table(say_("日", "Day"));
  for (const auto& [series, days] : counts_) {
    for (auto day = days.lower_bound(period_.start); day != days.end(); ++day) {
      const Span span{local_day_text(day->first, zone_), day->first, day->first};
      const std::optional<Decimal> percent = target(series.first, span.start);
      // The completed rate is never below the immediate one.
      const bool enough = !percent || day->second.reaches_in_time(*percent).value_or(true);
      if (!short_only || !enough) {
        section.table.rows.push_back(line(series, span, day->second));
      }
    }
  }
  return section;
}

Report transmission_report(Store& store, const ActiveSet& set, const ParkPeriod& period,
                           bool chinese) {
  const ReportNames say(set, period.park, chinese);
  const TransmissionSections sections(store, set, period, say);
  Report report;
  report.language = say("zh-CN", "en");
  report.title = say("园区自动监控数据有效传输率：", "Effective transmission: ") +
                 say.registry().park_name(period.park) + ", " + period.name;
  report.facts = {
      {say("园区", "Park"), say.registry().park_name(period.park) + " (" + period.park + ")"},
      {say("时段", "Period"), say.local(period.start) + " – " + say.local(period.end)},
      {say("数据截至", "Data up to"),
       say.data_up_to(stored_park_time(store, period.park), period.end)},
      {say("登记与规则版本", "Registry and rules"), set.hash}};
  report.sections = {sections.periods(), sections.days(false)};
  return report;
}

}  // namespace parkwatch
