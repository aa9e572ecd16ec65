#include "app/report_names.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parkwatch {
namespace {

ActiveSet named_set() {
  ActiveSet set;
  Enterprise enterprise;
  enterprise.id = "e1";
  enterprise.name = "Works";
  set.registry.enterprises = {enterprise};
  ProductionLine line;
  line.id = "l1";
  line.enterprise = "e1";
  line.name = "Kiln";
  set.registry.lines = {line};
  Facility facility;
  facility.id = "f1";
  facility.enterprise = "e1";
  facility.name = "Scrubber";
  set.registry.facilities = {facility};
  MarkRule mark;
  mark.mark = "start_up";
  mark.name_zh = "启炉";
  mark.name_en = "Start-up";
  set.rules.marks = {mark};
  return set;
}

TEST(ReportNames, SpeakTwoLanguages) {
  const ActiveSet set = named_set();
  const ReportNames zh(set, "p1", true), en(set, "p1", false);
  struct Case {
    std::string zh, en, zh_wanted, en_wanted;
  };
  const Case cases[] = {
      {zh.rule("TS-O01"), en.rule("TS-O01"), "TS-O01 生产时治理设施未运行",
       "TS-O01 production on, treatment off"},
      {zh.rule("silent"), en.rule("silent"), "断数", "silent"},
      {zh.word("exempt(start_up)"), en.word("exempt(start_up)"), "不判定（启炉）",
       "exempt: Start-up"},
      {zh.word("invalid(start_up)"), en.word("invalid(start_up)"), "无效（启炉）",
       "invalid: Start-up"},
      {zh.outlet("meter/M1"), en.outlet("meter/M1"), "电表 M1", "meter M1"},
      {zh.subject("l1/f1"), en.subject("l1/f1"), "Works Kiln / Scrubber (l1/f1)",
       "Works Kiln / Scrubber (l1/f1)"},
      {zh.subject("other"), en.subject("other"), "other", "other"},
      {zh.law("EIA Law Art. 24(1) (unsure)"), en.law("EIA Law Art. 24(1)"),
       "环境影响评价法 第24条(1) （未与原文核对）", "EIA Law Art. 24(1)"},
      {zh.law("Air Law Art. 99; Water Law Art. 83"), en.law(""),
       "大气污染防治法 第99条; 水污染防治法 第83条", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(c.zh, c.zh_wanted);
    EXPECT_EQ(c.en, c.en_wanted);
  }
}

// Every word of the rule files has its translation: none is left in Latin letters.
TEST(ReportNames, TranslateWhatTheRulesNameAsBasis) {
  ActiveSet set;
  set.rules = load_set(PARKWATCH_SOURCE_DIR "/deploy/demo/registry", "").set.rules;
  const ReportNames zh(set, "p1", true);
  const auto untranslated = [&](const std::string& text) {
    const std::string translated = zh.law(text);
    return std::any_of(translated.begin(), translated.end(),
                       [](char c) { return c >= 'a' && c <= 'z'; });
  };
  for (const LifecycleEntry& row : set.rules.lifecycle.entries) {
    if (row.name != "basis") continue;
    EXPECT_FALSE(untranslated(row.standard)) << row.standard;
  }
  for (const OperationParameter& row : set.rules.operation) {
    if (row.name != "basis") continue;
    EXPECT_FALSE(untranslated(row.value)) << row.value;
  }
}

}  // namespace
}  // namespace parkwatch
