#include "app/compliance_report.h"

#include <fmt/format.h>

#include "app/compliance_month.h"
#include "app/report_names.h"
#include "app/rows.h"
#include "app/transmission_report.h"

namespace parkwatch {

namespace {

/// The report in the making: names and times as people read them.
class Writer {
 public:
  Writer(Store& store, const ActiveSet& set, const ParkPeriod& month, bool chinese)
      : set_(set),
        month_(month),
        found_(gather_month(store, month)),
        say_(set, month.park, chinese),
        transmission_(store, set, month_, say_) {}

  Report write() {
    Report report;
    report.language = say_("zh-CN", "en");
    report.title = say_("园区污染排放合规报告：", "Compliance report: ") +
                   say_.registry().park_name(month_.park) + ", " + month_.name;
    report.facts = facts();
    report.sections = {outlets(),
                       exceedances(),
                       simultaneities(),
                       transmission_.periods(),
                       transmission_.days(true),
                       quality(),
                       corrected(),
                       clusters(),
                       limits()};
    return report;
  }

 private:
  std::vector<std::pair<std::string, std::string>> facts() const;
  ReportSection outlets() const;
  ReportSection exceedances() const;
  ReportSection simultaneities() const;
  ReportSection quality() const;
  ReportSection corrected() const;
  ReportSection clusters() const;
  ReportSection limits() const;

  const ActiveSet& set_;
  const ParkPeriod& month_;
  ComplianceMonth found_;
  ReportNames say_;
  TransmissionSections transmission_;
};

/// The state of an episode or a violation.
std::string course(const ReportNames& say, const std::string& state) {
  if (state == "open") return say("未结束", "open");
  if (state == "ongoing") return say("持续中", "ongoing");
  if (state == "due") return say("将到期", "due");
  if (state == "resolved") return say("已结束", "resolved");
  return state == "ended" ? say("已结束", "ended") : state;
}

std::vector<std::pair<std::string, std::string>> Writer::facts() const {
  std::int64_t due = 0, valid = 0, hours_over = 0, days_over = 0;
  for (const auto& [key, factor] : found_.factors) {
    if (!factor.judged) continue;
    due += factor.due;
    valid += factor.valid;
    hours_over += factor.hours_over;
    days_over += factor.days_over;
  }
  const std::string valid_share = due > 0 ? " (" + percent_text<1>(valid, due) + ")" : "";
  return {
      {say_("园区", "Park"), say_.registry().park_name(month_.park) + " (" + month_.park + ")"},
      {say_("时段", "Period"), say_.local(month_.start) + " – " + say_.local(month_.end)},
      {say_("数据截至", "Data up to"), say_.data_up_to(found_.park_time, month_.end)},
      {say_("有限值的应测小时", "Hours due under a limit"),
       fmt::format("{}, {} {}{}", due, say_("有效", "valid"), valid, valid_share)},
      {say_("超标", "Over a limit"), fmt::format("{} {}, {} {}", hours_over, say_("小时", "hours"),
                                                 days_over, say_("日", "days"))},
      {say_("三同时问题", "Three-simultaneities violations"),
       std::to_string(found_.violations.size())},
      {say_("登记与规则版本", "Registry and rules"), set_.hash},
  };
}

ReportSection Writer::outlets() const {
  ReportSection section{say_("排放口", "Outlets"), "outlets", "", {}, ""};
  section.note =
      say_("最大值取有效小时均值（折算后优先）；排放量只含已知小时。",
           "The greatest value is that of a valid hour, converted where it applies; mass "
           "counts known hours only.");
  section.none = say_("本月没有排放口数据。", "No outlet had rows in this month.");
  section.table.columns = {say_("排放口", "Outlet"),
                           say_("污染因子", "Factor"),
                           say_("应测小时", "Hours due"),
                           say_("有数据", "With data"),
                           say_("有效", "Valid"),
                           say_("有效率", "Valid share"),
                           say_("最大小时值", "Greatest hour"),
                           say_("时间", "At"),
                           say_("超标小时", "Hours over"),
                           say_("超标日", "Days over"),
                           say_("排放量 kg", "Mass kg"),
                           say_("排放量未知小时", "Hours of unknown mass")};
  section.table.numbers = {false, false, true, true, true, true,
                           true,  false, true, true, true, true};
  for (const auto& [key, month] : found_.factors) {
    const bool massive = month.mass_kg != MassDecimal();
    if (!month.judged && !massive) continue;  // auxiliary quantities
    section.table.rows.push_back(
        {say_.outlet(key.first), say_.factor(key.second), std::to_string(month.due),
         std::to_string(month.arrived), std::to_string(month.valid),
         percent_text<1>(month.valid, month.due),
         month.greatest ? month.greatest->text() + " " + say_.registry().factor_unit(key.second)
                        : "",
         month.greatest_at ? say_.local(*month.greatest_at) : "",
         month.judged ? std::to_string(month.hours_over) : "",
         month.judged ? std::to_string(month.days_over) : "", month.mass_kg.text(),
         std::to_string(month.hours_without_mass)});
  }
  return section;
}

ReportSection Writer::exceedances() const {
  ReportSection section{say_("超标与异常告警", "Episodes"), "episodes", "", {}, ""};
  section.none = say_("本月没有告警。", "No episode in this month.");
  section.table.columns = {say_("规则", "Rule"),         say_("对象", "Subject"),
                           say_("污染因子", "Factor"),   say_("限值", "Limit"),
                           say_("开始", "First window"), say_("最后", "Last window"),
                           say_("窗口数", "Windows"),    say_("状态", "State"),
                           say_("级别", "Severity"),     say_("编号", "Id")};
  section.table.numbers.assign(section.table.columns.size(), false);
  section.table.numbers[6] = true;
  for (const Row& row : found_.episodes) {
    const std::string& code = text_of(row[4]);
    section.table.rows.push_back({say_.rule(text_of(row[1])), say_.outlet(text_of(row[3])),
                                  code.empty() ? "" : say_.factor(code), text_of(row[5]),
                                  say_.local(EventTime(number_of(row[9]))),
                                  say_.local(EventTime(number_of(row[10]))),
                                  std::to_string(number_of(row[11])), course(say_, text_of(row[8])),
                                  say_.word(text_of(row[7])), text_of(row[0])});
  }
  return section;
}

ReportSection Writer::simultaneities() const {
  ReportSection section{say_("三同时", "Three simultaneities"), "violations", "", {}, ""};
  section.none =
      say_("本月没有三同时问题，也没有将到期事项。", "No violation and no due date in this month.");
  section.table.columns = {say_("规则", "Rule"),     say_("对象", "Subject"),
                           say_("开始", "Since"),    say_("结束", "Until"),
                           say_("期限", "Due"),      say_("状态", "State"),
                           say_("级别", "Severity"), say_("期间排放 kg", "Mass meanwhile kg"),
                           say_("依据", "Basis"),    say_("证据", "Evidence")};
  section.table.numbers.assign(section.table.columns.size(), false);
  section.table.numbers[7] = true;
  const auto time = [&](const Cell& cell) {
    return std::holds_alternative<std::monostate>(cell) ? std::string()
                                                        : say_.local(EventTime(number_of(cell)));
  };
  for (const Row& row : found_.violations) {
    const std::optional<MassDecimal> mass = mass_of(row[9]);
    section.table.rows.push_back(
        {say_.rule(text_of(row[1])), say_.subject(text_of(row[2])), time(row[3]), time(row[6]),
         time(row[7]), course(say_, text_of(row[5])), say_.word(text_of(row[8])),
         mass ? mass->text() : "", say_.law(text_of(row[10])), say_.law(text_of(row[11]))});
  }
  return section;
}

ReportSection Writer::quality() const {
  ReportSection section{say_("数据质量", "Data quality"), "quality", "", {}, ""};
  section.none = say_("本月没有质量发现。", "No finding in this month.");
  section.table.columns = {say_("发现", "Finding"), say_("排放口", "Outlet"),
                           say_("次数", "Windows")};
  section.table.numbers = {false, false, true};
  for (const auto& [key, count] : found_.findings) {
    section.table.rows.push_back(
        {say_.word(key.first), say_.outlet(key.second), std::to_string(count)});
  }
  std::map<std::string, std::int64_t> states;
  for (const auto& [key, month] : found_.factors) {
    if (!month.judged) continue;
    for (const auto& [word, count] : month.states) {
      if (word != "valid") states[word] += count;
    }
  }
  for (const auto& [word, count] : states) {
    section.table.rows.push_back({say_.word(word),
                                  say_("全部有限值的因子", "all factors under a limit"),
                                  std::to_string(count)});
  }
  return section;
}

ReportSection Writer::corrected() const {
  ReportSection section{say_("更正", "Corrections"), "corrections", "", {}, ""};
  std::string counts;
  for (const auto& [cause, count] : found_.corrections) {
    counts += (counts.empty() ? "" : ", ") + say_.word(cause) + " " + std::to_string(count);
  }
  section.note = say_("本月被替换的结果版本（按原因）：",
                      "Versions of results that were replaced in this month, by cause: ") +
                 (counts.empty() ? "0" : counts);
  section.none = say_("没有判定因更正而改变。", "No verdict was changed by a correction.");
  section.table.columns = {say_("排放口", "Outlet"), say_("污染因子", "Factor"),
                           say_("时段", "Window"),   say_("限值", "Limit"),
                           say_("原为", "Was"),      say_("现为", "Is"),
                           say_("原因", "Cause"),    say_("更正时间", "Corrected at")};
  section.table.numbers.assign(section.table.columns.size(), false);
  for (const ChangedVerdict& change : found_.changed) {
    section.table.rows.push_back({say_.outlet(change.outlet), say_.factor(change.factor),
                                  say_.local(change.start) + " " + say_.word(change.span),
                                  change.limit_id, say_.word(change.before),
                                  say_.word(change.after), say_.word(change.cause),
                                  say_.local(change.replaced)});
  }
  return section;
}

ReportSection Writer::clusters() const {
  ReportSection section{say_("产业集群", "Clusters"), "clusters", "", {}, ""};
  section.note =
      say_("本园区计入各集群的排放量（按份额），含缺失小时的估算量；估算只用于排放量，不用于浓度。",
           "What this park's outlets add to each cluster, by their shares, estimates "
           "for missing hours included; only mass is estimated, never a concentration.");
  section.none = say_("本月没有计入集群的排放量。", "Nothing counted in a cluster.");
  section.table.columns = {say_("集群", "Cluster"), say_("污染因子", "Factor"), "kg",
                           say_("估算占比", "Estimated share")};
  section.table.numbers = {false, false, true, true};
  for (const auto& [cluster, factors] : found_.clusters) {
    for (const auto& [code, sum] : factors) {
      section.table.rows.push_back(
          {say_.registry().cluster_name(cluster), say_.factor(code), sum.additive_kg.text(),
           percent_text<1>(sum.estimated_kg.units(), sum.gross_kg.units())});
    }
  }
  return section;
}

ReportSection Writer::limits() const {
  ReportSection section{say_("适用限值", "Limits"), "limits", "", {}, ""};
  section.note =
      say_("“否”表示该限值的出处尚未与标准原文核对，不应单独作为处罚依据。",
           "\"no\" means that the limit's source has not been compared with the official "
           "text: no penalty should rest on it alone.");
  section.none = say_("没有适用限值。", "No limit applied.");
  section.table.columns = {say_("限值", "Limit"), say_("标准或许可证", "Standard or permit"),
                           say_("条款", "Clause"), say_("已核对", "Sure")};
  section.table.numbers.assign(4, false);
  for (const auto& [id, unsure] : found_.limits) {
    std::string standard, clause;
    for (const Limit& limit : set_.rules.limits) {
      if (limit.id == id) standard = limit.standard, clause = limit.clause;
    }
    for (const Permit& permit : set_.registry.permits) {
      if ("permit/" + permit.id == id) standard = permit.source;
    }
    section.table.rows.push_back(
        {id, standard, say_.law(clause), unsure ? say_("否", "no") : say_("是", "yes")});
  }
  return section;
}

}  // namespace

Report compliance_report(Store& store, const ActiveSet& set, const ParkPeriod& month,
                         bool chinese) {
  return Writer(store, set, month, chinese).write();
}

}  // namespace parkwatch
