#include "model/rules_csv.h"

#include <gtest/gtest.h>

#include "model/parameters.h"
#include "model/rules_lookup.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

std::string all_text(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

TEST(ShippedRules, LoadWithoutAFault) {
  const ParsedRules parsed = parse_rules(source_folder("rules"));
  EXPECT_EQ(all_text(parsed.faults), "");
  EXPECT_EQ(parsed.rules.factors.size(), 145u);
  EXPECT_EQ(parsed.rules.limits.size(), 519u);
  EXPECT_GE(parsed.rules.parameters.size(), parameter_specs().size());
}

TEST(ShippedRules, ConvertLimitsToTheStoredUnit) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  struct Case {
    const char* id;
    const char* upper;  // empty: none
    const char* lower;
    LimitSpan span;
    bool sure;
  };
  const Case cases[] = {
      {"gb13223-2011/gas-turbine-natural-gas/a21002/hour", "50", "", LimitSpan::Hour, false},
      {"gb8978-1996/first-category-workshop/w25043/day", "0.03", "", LimitSpan::Day, false},
      {"gb8978-1996/first-category-workshop/w20111/day", "50", "", LimitSpan::Day, false},
      {"gb8978-1996/all-classes-lower/w01001/instant", "", "6", LimitSpan::Other, false},
      {"gb18485-2014/incinerator/a21002/day", "250", "", LimitSpan::Day, false},
      {"gb18485-2014/furnace/a01901/five-minute", "", "850", LimitSpan::Other, false},
      {"gb16297-1996/new-rate/a21026/hour", "", "", LimitSpan::Hour, false},
      {"gb37822-2019/thermal-oxidiser/a19001/hour", "3", "", LimitSpan::Other, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.id);
    const Limit* limit = find_limit(rules, c.id, EventTime{});
    ASSERT_NE(limit, nullptr);
    EXPECT_EQ(limit->upper ? limit->upper->text() : "", c.upper);
    EXPECT_EQ(limit->lower ? limit->lower->text() : "", c.lower);
    EXPECT_EQ(limit->span, c.span);
    EXPECT_EQ(limit->sure, c.sure);
  }
}

TEST(ShippedRules, ConvertUnitsExactly) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  struct Case {
    const char* factor;
    const char* unit;
    const char* sent;
    const char* stored;  // empty: no conversion
  };
  const Case cases[] = {
      {"a00000", "m3/h", "3600", "1"},
      {"w00000", "m3/h", "3.6", "1"},
      {"w00000", "m3/d", "86.4", "1"},
      {"w00000", "m3/s", "0.001", "1"},
      {"a21002", "ug/m3", "1500", "1.5"},
      {"a21002", "ppm", "25", "51.339286"},
      {"a21002", "ppb", "25000", "51.339286"},
      {"a01013", "Pa", "-150", "-0.15"},
      {"w20111", "mg/L", "0.05", "50"},
      {"a21002", "", "7", "7"},
      {"a24088", "ppm", "1", ""},
      {"a21002", "mg/L", "1", ""},
      {"a21002", "kg/h", "1", ""},
      {"w00000", "furlong", "1", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.factor) + " " + c.unit);
    const auto conversion = find_conversion(rules, *find_factor(rules, c.factor), c.unit);
    ASSERT_EQ(conversion.has_value(), *c.stored != '\0');
    if (!conversion) continue;
    const auto stored = Decimal::from_number(*Number::parse(c.sent), conversion->numerator,
                                             conversion->denominator);
    EXPECT_EQ(stored->text(), c.stored);
  }
}

TEST(ShippedRules, PreferTheRulePacksParameter) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  EXPECT_EQ(find_parameter(rules, "grace_minutes", "", EventTime{})->value, "10");
  EXPECT_EQ(find_parameter(rules, "grace_minutes", "waste-incineration", EventTime{})->value, "10");
  EXPECT_EQ(find_parameter(rules, "day_valid_hours", "waste-incineration", EventTime{})->value,
            "20");
  EXPECT_EQ(find_parameter(rules, "day_valid_hours", "", EventTime{}), nullptr);
  EXPECT_EQ(find_parameter(rules, "no_such_name", "", EventTime{}), nullptr);
}

/// The shipped rules with one row added to one file, or its text changed.
ParsedRules with_row(const std::string& file, const std::string& row) {
  TextFiles files = source_folder("rules");
  files.texts.at(file) += row + "\n";
  return parse_rules(files);
}

TEST(RulesCsv, RefusesEachKindOfFault) {
  struct Case {
    const char* file;
    const char* row;
    const char* message;
  };
  const Case cases[] = {
      {"factors.csv", "a21026,,二氧化硫,SO2,air,pollutant,mg/m3,,,,,x", "stands already in line"},
      {"factors.csv", "a9,,x,x,soil,pollutant,mg/m3,,,,,x", "`medium` is not known"},
      {"factors.csv", "a9,,x,x,air,nothing,mg/m3,,,,,x", "`role` is not known"},
      {"factors.csv", "a9,,x,x,air,pollutant,,,,,,x", "`unit` is empty"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,-1,,,,x", "`molar_mass` is not above 0"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,,0,,,x", "`equivalent_kg` is not above 0"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,,,a99999,,x", "`part_of` of a9 is refused"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,,,w01018,,x", "`part_of` of a9 is refused"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,,,a00000,,x", "`part_of` of a9 is refused"},
      {"factors.csv", "a9,,x,x,air,pollutant,%,,,a21002,,x", "`part_of` of a9 is refused"},
      {"factors.csv", "a9,,x,x,air,pollutant,mg/m3,,,a9,,x", "`part_of` of a9 is refused"},
      {"factors.csv", "a9,,x,x,air,pollutant", "the row has 6 cells"},
      {"limits.csv", "l,s,c,i,x,a99999,,1,mg/m3,value,hour,,no,s,,", "is not in the factor table"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/L,value,hour,,no,s,,", "does not convert"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,g/h,mass-rate,hour,,no,s,,", "does not convert"},
      {"limits.csv", "l,s,c,i,x,a19001,,1,kg/h,mass-rate,hour,,no,s,,", "has no mass"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,kg/h,mass-rate,hour,6,no,s,,", "no reference oxygen"},
      {"limits.csv", "l,s,c,i,x,a21002,,,mg/m3,value,hour,,no,s,,", "has no bound"},
      {"limits.csv", "l,s,c,i,x,a21002,3,2,mg/m3,value,hour,,no,s,,", "`lower` is above `upper`"},
      {"limits.csv", "l,s,c,i,x,a21002,,0.0000001,mg/m3,value,hour,,no,s,,", "has no exact value"},
      {"limits.csv", "l,s,c,i,x,a21002,,ten,mg/m3,value,hour,,no,s,,", "`upper` is refused"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,week,,no,s,,", "`averaging` is not known"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,ratio,hour,,no,s,,", "`of` is not known"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,hour,21,no,s,,", "not from 0 to below 21"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,hour,,maybe,s,,", "`sure` is not known"},
      {"limits.csv", "l l,s,c,i,x,a21002,,1,mg/m3,value,hour,,no,s,,", "contains a blank"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,hour,,no,s,2026-02-30,", "is no date"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,hour,,no,s,unknown,soon", "is no date"},
      {"limits.csv", "l,s,c,i,x,a21002,,1,mg/m3,value,hour,,no,s,2026-02-02,2026-02-02",
       "`valid_to` is not after"},
      {"limits.csv",
       "gb13223-2011/coal-new/a34013/hour,s,c,i,x,a34013,,1,mg/m3,value,hour,,no,s,2026-01-01,",
       "holds at the same time as in line"},
      {"parameters.csv", "grace_hours,,1,own rule,x,no,,", "is not known"},
      {"parameters.csv", "grace_minutes,pack,ten,own rule,x,no,,", "`value` of grace_minutes"},
      {"parameters.csv", "grace_minutes,pack,1.5,own rule,x,no,,", "`value` of grace_minutes"},
      {"parameters.csv", "hour_valid_minutes,pack,61,own rule,x,no,,", "`value` of hour_valid"},
      {"parameters.csv", "conversion_order,pack,day,own rule,x,no,,",
       "`value` of conversion_order"},
      {"parameters.csv", "grace_minutes,,11,own rule,x,no,2026-01-01,", "holds at the same time"},
      {"units.csv", "mg/m3,ug/m3,999,1", "disagree"},
      {"units.csv", "mg/m3,mg/m3,1,1", "converts to itself"},
      {"units.csv", "x,y,0,1", "`numerator` is refused"},
      {"units.csv", "x,y,,1", "no numerator or denominator"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.row);
    const ParsedRules parsed = with_row(c.file, c.row);
    EXPECT_TRUE(refuses(parsed.faults));
    EXPECT_NE(all_text(parsed.faults).find(c.message), std::string::npos)
        << all_text(parsed.faults);
    EXPECT_EQ(all_text(parsed.faults).find(std::string("rules/") + c.file), 0u);
  }
}

TEST(RulesCsv, ReportsMissingFilesAndParameters) {
  EXPECT_EQ(parse_rules({"rules", {}}).faults.size(), 4u);
  TextFiles files = source_folder("rules");
  std::string& text = files.texts.at("parameters.csv");
  const std::string row = "grace_minutes,,10,own rule,time of closing,no,,\n";
  text.replace(text.find(row), row.size(), "grace_minutes,,10,own rule,x,no,,2026-01-01\n");
  EXPECT_NE(all_text(parse_rules(files).faults).find("`grace_minutes` has no value at some times"),
            std::string::npos);
  text += "grace_minutes,,15,own rule,x,no,2026-01-01,\n";
  EXPECT_EQ(all_text(parse_rules(files).faults), "");
}

}  // namespace
}  // namespace parkwatch
