#include "app/report_names.h"

#include <algorithm>
#include <array>

#include "web/stored_words.h"

namespace parkwatch {

namespace {

struct Phrase {
  std::string_view en, zh;
};

// What rules/lifecycle.csv and rules/operation.csv name as the basis of a breach, and what a breach
// names as its evidence; longer phrases before what they contain.
constexpr std::array phrases = {
    Phrase{"State Council Order 820", "国务院令第820号"},
    Phrase{"Order 682 (2017)", "国务院令第682号（2017）"},
    Phrase{"Environmental Protection Law (2014)", "环境保护法（2014）"},
    Phrase{"Interim Measures on Acceptance (2017)", "竣工环境保护验收暂行办法（2017）"},
    Phrase{"Ecological and Environmental Code (2026)", "生态环境法典（2026）"},
    Phrase{"Ecological and Environmental Code", "生态环境法典"},
    Phrase{"EIA Law", "环境影响评价法"},
    Phrase{"Air Law", "大气污染防治法"},
    Phrase{"Water Law", "水污染防治法"},
    Phrase{"Huandaqi 2021 No. 65", "环大气〔2021〕65号"},
    Phrase{"Huanfa 2013 No. 14", "环发〔2013〕14号"},
    Phrase{"algorithm of the national platform", "国家平台算法"},
    Phrase{" (treatment starts before production)", "（治理设施先于生产启动）"},
    Phrase{" (treatment stops after production)", "（治理设施后于生产停运）"},
    Phrase{" (abnormal transmission)", "（数据传输异常）"},
    Phrase{"truthful monitoring data", "监测数据真实"},
    Phrase{"truthful marks; orders to limit production", "如实标记；限产停产命令"},
    Phrase{"clause unknown", "条款不详"},
    Phrase{"(unsure)", "（未与原文核对）"},
    Phrase{"section ", "章节 "},
    Phrase{"Table ", "表"},
    Phrase{"minutes=", "分钟数："},
    Phrase{"tier=notice", "级别：提示"},
    Phrase{"tier=alarm", "级别：报警"},
    Phrase{"tier=suspected violation", "级别：涉嫌违法"},
    Phrase{"tier=", "级别："},
    Phrase{"meters=", "电表："},
    Phrase{"hours with mass=", "有排放量的小时："},
    Phrase{" of ", "/"},
};

/// "Art. 24(1)" becomes 第24条(1).
void translate_articles(std::string& text) {
  constexpr std::string_view article = "Art. ";
  constexpr std::string_view ordinal = "第";
  for (std::size_t at = text.find(article); at != text.npos; at = text.find(article, at)) {
    text.replace(at, article.size(), ordinal);
    const std::size_t end = text.find_first_not_of("0123456789", at + ordinal.size());
    text.insert(std::min(end, text.size()), "条");
  }
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

ReportNames::ReportNames(const ActiveSet& set, std::string park, bool chinese)
    : set_(set),
      park_(std::move(park)),
      chinese_(chinese),
      view_(set.registry, set.rules, set.zones) {
  std::map<std::string, std::string> enterprises;
  for (const Enterprise& row : set.registry.enterprises) enterprises[row.id] = row.name;
  const auto add = [&](const auto& rows) {
    for (const auto& row : rows) units_[row.id] = {row.name, enterprises[row.enterprise]};
  };
  add(set.registry.outlets);
  add(set.registry.facilities);
  add(set.registry.lines);
  add(set.registry.projects);
}

std::string ReportNames::local(EventTime at) const {
  std::string text = view_.local_time(park_, at.milliseconds()).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string ReportNames::data_up_to(std::optional<EventTime> park_time, EventTime end) const {
  if (park_time && *park_time >= end) return local(*park_time);
  return (park_time ? local(*park_time) : (*this)("没有任何记录", "no record at all")) +
         (*this)("（时段尚未结束，结果为暂定）", " (the period is not over: provisional)");
}

std::string ReportNames::outlet(const std::string& id) const {
  constexpr std::string_view meter = "meter/";
  if (id.starts_with(meter)) return (*this)("电表 ", "meter ") + id.substr(meter.size());
  return subject(id);
}

std::string ReportNames::factor(const std::string& code) const {
  return (chinese_ ? view_.factor_name_zh(code) : view_.factor_name_en(code)) + " (" + code + ")";
}

std::string ReportNames::word(const std::string& stored) const {
  if (const std::optional<StoredWords> words = stored_words(stored)) {
    return (*this)(words->zh, words->en);
  }
  const std::size_t bracket = stored.find('(');
  if (bracket == stored.npos || stored.back() != ')') return stored;
  const std::string inner = stored.substr(bracket + 1, stored.size() - bracket - 2);
  const auto mark = std::find_if(set_.rules.marks.begin(), set_.rules.marks.end(),
                                 [&](const MarkRule& rule) { return rule.mark == inner; });
  if (mark == set_.rules.marks.end()) return stored;
  const bool exempt = stored.starts_with("exempt");
  return (*this)(exempt ? "不判定（" : "无效（", exempt ? "exempt: " : "invalid: ") +
         (*this)(mark->name_zh, mark->name_en) + (*this)("）", "");
}

std::string ReportNames::rule(const std::string& rule) const {
  const std::optional<StoredWords> title = rule_title(rule);
  return title ? rule + " " + (*this)(title->zh, title->en) : word(rule);
}

std::string ReportNames::subject(const std::string& subject) const {
  std::string names, enterprise;
  for (std::size_t at = 0; at <= subject.size();) {
    const std::size_t end = std::min(subject.find_first_of("/@", at), subject.size());
    const auto found = units_.find(subject.substr(at, end - at));
    if (found != units_.end()) {
      names += (names.empty() ? "" : " / ") + found->second.name;
      enterprise = found->second.enterprise;
    }
    at = end + 1;
  }
  if (names.empty()) return subject;
  return enterprise + " " + names + " (" + subject + ")";
}

std::string ReportNames::law(const std::string& text) const {
  if (!chinese_) return text;
  std::string translated = text;
  for (const Phrase& phrase : phrases) replace_all(translated, phrase.en, phrase.zh);
  translate_articles(translated);
  return translated;
}

}  // namespace parkwatch
