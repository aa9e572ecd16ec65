// rules/stack_limits.csv and the stack's columns of outlets.csv: what is read and what is refused.
#include <gtest/gtest.h>

#include "model/registry_csv.h"
#include "model/rules_csv.h"
#include "model/rules_lookup.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

std::string text_of(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

ParsedRules with_rows(const std::string& rows) {
  TextFiles files = source_folder("rules");
  files.texts.at("stack_limits.csv") += rows;
  return parse_rules(files);
}

TEST(StackLimitsCsv, AreOneLimitAscendingByHeight) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  const Limit* limit = find_limit(rules, "gb16297-1996/new-rate/a25002/hour", EventTime{});
  ASSERT_NE(limit, nullptr);
  EXPECT_FALSE(limit->upper.has_value());
  EXPECT_EQ(limit->of, LimitOf::MassRate);
  EXPECT_EQ(limit->stack.above_buildings_m, Decimal::whole(5));
  std::string rows;
  for (const StackTable::Row& row : limit->stack.rows) {
    rows += row.height_m.text() + ":" + row.upper.text() + " ";
  }
  EXPECT_EQ(rows, "15:0.5 20:0.9 30:2.9 40:5.6 ");
}

TEST(StackLimitsCsv, TakeRowsInAnyOrderAndDatedEditions) {
  const ParsedRules parsed = with_rows(
      "t,s,1,i,x,a21026,30,9,kg/h,mass-rate,hour,5,15,50,yes,s,,2026-01-01\n"
      "t,s,2,i,x,a21026,20,4,kg/h,mass-rate,hour,5,15,50,no,s,,2026-01-01\n"
      "t,s,1,i,x,a21026,20,60,ug/m3,value,day,3,0,40,yes,s,2026-01-01,\n");
  EXPECT_EQ(text_of(parsed.faults), "");
  const Limit* before = find_limit(parsed.rules, "t", EventTime{});
  ASSERT_EQ(before->stack.rows.size(), 2u);
  EXPECT_EQ(before->stack.rows.front().height_m, Decimal::whole(20));
  EXPECT_FALSE(before->sure) << "one row is not";
  const Limit* after =
      find_limit(parsed.rules, "t", EventTime(*parse_iso_time("2026-06-01T00:00:00Z")));
  EXPECT_EQ(after->stack.rows.front().upper.text(), "0.06");
  EXPECT_EQ(after->span, LimitSpan::Day);
  EXPECT_TRUE(after->sure);
}

TEST(StackLimitsCsv, RefuseEachKindOfFault) {
  const std::string first = "t,s,1,i,x,a21026,20,4,kg/h,mass-rate,hour,5,15,50,yes,s,,\n";
  struct Case {
    std::string rows;
    const char* message;
  };
  const Case cases[] = {
      {first + first, "has a row for 20 m already"},
      {first + "t,s,1,i,x,a21002,30,9,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "in more than its"},
      {first + "t,s,1,i,x,a21026,30,9,kg/h,mass-rate,hour,3,15,50,yes,s,,\n", "in more than its"},
      {first + "t,s,1,i,x,a21026,30,9,kg/h,mass-rate,hour,5,15,50,yes,s,2026-01-01,\n",
       "holds at the same time"},
      {"gb13223-2011/coal-new/a34013/hour,s,1,i,x,a34013,20,4,kg/"
       "h,mass-rate,hour,5,15,50,yes,s,,\n",
       "holds at the same time"},
      {"t,s,1,i,x,a21026,0.5,4,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "`stack_height_m` is out"},
      {"t,s,1,i,x,a21026,1001,4,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "`stack_height_m` is out"},
      {"t,s,1,i,x,a21026,,4,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "`stack_height_m` is empty"},
      {"t,s,1,i,x,a21026,20,,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "has no bound"},
      {"t,s,1,i,x,a21026,20,0,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "`upper` is out of range"},
      {"t,s,1,i,x,a21026,20,1000001,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "`upper` is out of"},
      {"t,s,1,i,x,a21026,20,4,kg/h,mass-rate,hour,-1,15,50,yes,s,,\n",
       "`above_buildings_m` is out"},
      {"t,s,1,i,x,a21026,20,4,kg/h,mass-rate,hour,5,,50,yes,s,,\n", "`least_height_m` is empty"},
      {"t,s,1,i,x,a21026,20,4,kg/h,mass-rate,hour,5,15,0.5,yes,s,,\n", "`short_percent` is out"},
      {"t,s,1,i,x,a21026,20,4,kg/h,mass-rate,hour,5,15,101,yes,s,,\n", "`short_percent` is out"},
      {"t,s,1,i,x,a21026,20,4,kg/h,mass-rate,day,5,15,50,yes,s,,\n", "is judged on hours or"},
      {"t,s,1,i,x,a21026,20,4,mg/m3,value,instant,5,15,50,yes,s,,\n", "is judged on hours or"},
      {"t,s,1,i,x,a21026,20,4,mg/m3,reference,hour,5,15,50,yes,s,,\n", "is judged on hours or"},
      {"t,s,1,i,x,a21026,20,4,g/h,mass-rate,hour,5,15,50,yes,s,,\n", "does not convert"},
      {"t,s,1,i,x,a19001,20,4,kg/h,mass-rate,hour,5,15,50,yes,s,,\n", "has no mass"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.rows);
    const ParsedRules parsed = with_rows(c.rows);
    EXPECT_TRUE(refuses(parsed.faults));
    EXPECT_NE(text_of(parsed.faults).find(c.message), std::string::npos) << text_of(parsed.faults);
  }
}

TEST(StackLimitsCsv, MayBeLeftOut) {
  TextFiles files = source_folder("rules");
  files.texts.erase("stack_limits.csv");
  EXPECT_EQ(text_of(parse_rules(files).faults), "");
}

/// The faults of outlets.csv of one outlet with this stack and this limit.
std::string faults_of_outlet(const std::string& medium, const std::string& height,
                             const std::string& buildings, const std::string& limit) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  TextFiles files{"registry", {}};
  files.texts = {
      {"parks.csv", "id,name,level\np,Park,other\n"},
      {"enterprises.csv", "id,name,park\ne,Enterprise,p\n"},
      {"outlets.csv", "id,enterprise,name,medium,stack_height_m,buildings_height_m,limits\no,e,x," +
                          medium + "," + height + "," + buildings + "," + limit + "\n"},
      {"devices.csv", "mn,outlet,protocol_version\nM,o,2017\n"},
      {"factors.csv",
       std::string("outlet,factor\no,") + (medium == "air" ? "a21026\n" : "w01018\n")}};
  std::string text;
  const RegistryContext context{rules, [](const std::string&) { return true; }};
  for (const Fault& fault : parse_registry(files, context).faults) {
    if (fault.file == "registry/outlets.csv") text += fault.text() + "\n";
  }
  return text;
}

TEST(StackLimitsCsv, NeedTheStackOfTheOutlet) {
  const std::string id = "gb16297-1996/new-rate/a21026/hour";
  EXPECT_NE(faults_of_outlet("air", "", "", id).find("depends on the stack's height"),
            std::string::npos);
  EXPECT_NE(faults_of_outlet("air", "20", "", id).find("its verdicts are unsure"),
            std::string::npos);
  const std::string known = faults_of_outlet("air", "20", "12", id);
  EXPECT_EQ(known.find("stack"), std::string::npos) << known;
  EXPECT_EQ(known.find("gives no verdict"), std::string::npos) << known;
  EXPECT_NE(faults_of_outlet("air", "0.9", "", "").find("`stack_height_m` is out of range"),
            std::string::npos);
  EXPECT_NE(faults_of_outlet("air", "1000", "", "").find("`stack_height_m` is out of range"),
            std::string::npos);
  EXPECT_NE(faults_of_outlet("air", "20", "-1", "").find("`buildings_height_m` is out of range"),
            std::string::npos);
  EXPECT_NE(faults_of_outlet("water", "20", "", "").find("a water outlet has no stack"),
            std::string::npos);
}

}  // namespace
}  // namespace parkwatch
