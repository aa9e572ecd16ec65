#include "model/mark_rules_csv.h"

#include <array>
#include <map>

#include "model/dated_rows.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

constexpr std::array mark_columns = {
    SheetColumn{"scheme", true},      SheetColumn{"industry", true},
    SheetColumn{"province", true},    SheetColumn{"mark", true},
    SheetColumn{"name_zh", true},     SheetColumn{"name_en", true},
    SheetColumn{"kind", true},        SheetColumn{"effect", true},
    SheetColumn{"minutes", true},     SheetColumn{"deadline_hour", true},
    SheetColumn{"marked_by", true},   SheetColumn{"factors", true},
    SheetColumn{"mark_hours", true},  SheetColumn{"year_group", true},
    SheetColumn{"year_hours", true},  SheetColumn{"while_factor", true},
    SheetColumn{"while_upper", true}, SheetColumn{"standard", true},
    SheetColumn{"clause", true},      SheetColumn{"sure", true},
    SheetColumn{"valid_from", true},  SheetColumn{"valid_to", true},
};

constexpr int deadline_hours_max = 240;
constexpr int year_hours_max = 8'784;

void check_factor(const SheetRow& row, std::string_view column, const std::string& code,
                  const Rules& rules) {
  if (code.empty() || rules.factors.empty() || find_factor(rules, code) != nullptr) return;
  row.fault("`" + std::string(column) + "`: factor `" + code + "` is not in the factor table",
            "use a code of factors.csv");
}

void check_effect(const SheetRow& row, const MarkRule& rule, const Rules& rules) {
  if (rule.equipment != (rule.effect == MarkEffect::Invalid)) {
    row.fault("`effect` does not go with `kind`",
              "a condition makes an hour stopped or exempt, equipment makes it invalid");
  }
  const bool bounded = rule.mark_hours != 0 || !rule.year_group.empty() || rule.year_hours != 0 ||
                       !rule.factors.empty() || !rule.while_factor.empty() || rule.while_upper;
  if (bounded && rule.effect != MarkEffect::Exempt) {
    row.fault("only marks that exempt have `factors`, hours and `while_factor`",
              "leave these cells empty");
  }
  if (rule.year_group.empty() != (rule.year_hours == 0)) {
    row.fault("`year_group` and `year_hours` go together", "fill in both, or neither");
  }
  if (rule.while_factor.empty() == rule.while_upper.has_value()) {
    row.fault("`while_factor` and `while_upper` go together", "fill in both, or neither");
  }
  for (const std::string& code : rule.factors) check_factor(row, "factors", code, rules);
  check_factor(row, "while_factor", rule.while_factor, rules);
}

MarkRule read_mark_rule(const SheetRow& row, const Rules& rules) {
  MarkRule rule;
  rule.scheme = row.id("scheme");
  rule.industry = row.required("industry");
  rule.province = row.text("province");
  rule.mark = row.id("mark");
  rule.name_zh = row.required("name_zh");
  rule.name_en = row.required("name_en");
  rule.equipment =
      row.choice<bool>("kind", std::nullopt, {{"condition", false}, {"equipment", true}});
  rule.effect = row.choice<MarkEffect>("effect", std::nullopt,
                                       {{"stopped", MarkEffect::Stopped},
                                        {"exempt", MarkEffect::Exempt},
                                        {"invalid", MarkEffect::Invalid}});
  row.required("minutes");
  rule.minutes = row.whole("minutes", 0, rule.equipment ? 0 : 1, 60);
  row.required("deadline_hour");
  rule.deadline_hour = row.whole("deadline_hour", 0, 0, deadline_hours_max);
  rule.marked_by = row.choice<std::string>(
      "marked_by", std::nullopt, {{"unit", "unit"}, {"device", "device"}, {"both", "both"}});
  rule.factors = row.list("factors");
  rule.mark_hours = row.whole("mark_hours", 0, 1, year_hours_max);
  rule.year_group = row.text("year_group");
  rule.year_hours = row.whole("year_hours", 0, 1, year_hours_max);
  rule.while_factor = row.text("while_factor");
  rule.while_upper = row.decimal("while_upper");
  read_source(row, rule);
  check_effect(row, rule, rules);
  return rule;
}

/// Marks that share a cap must agree on it at any time.
void check_cap(const SheetRow& row, const MarkRule& rule, const std::vector<MarkRule>& earlier) {
  if (rule.year_group.empty()) return;
  for (const MarkRule& other : earlier) {
    const bool same = other.scheme == rule.scheme && other.year_group == rule.year_group;
    if (!same || other.year_hours == rule.year_hours || !overlap(other.validity, rule.validity)) {
      continue;
    }
    row.fault("`year_hours` of the group `" + rule.year_group + "` is " +
                  std::to_string(other.year_hours) + " in another row",
              "marks of one group share one cap");
    return;
  }
}

}  // namespace

void read_mark_rules(const TextFiles& files, Rules& rules, Faults& faults) {
  constexpr const char* name = "mark_schemes.csv";
  const auto text = files.texts.find(name);
  if (text == files.texts.end()) return;
  SeenRows seen;
  Sheet(files.path(name), text->second, mark_columns, faults).for_each([&](const SheetRow& row) {
    MarkRule rule = read_mark_rule(row, rules);
    seen.add(rule.scheme + "/" + rule.mark, rule.validity, row);
    check_cap(row, rule, rules.marks);
    rules.marks.push_back(std::move(rule));
  });
}

}  // namespace parkwatch
