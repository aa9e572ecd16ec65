#include <gtest/gtest.h>

#include "model/operation_parameters.h"
#include "model/registry_csv.h"
#include "model/rules_csv.h"
#include "tests/support/files.h"
#include "tests/support/operation_world.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

/// The faults and warnings of a registry with these files, a line each.
std::string faults_of(const std::map<std::string, std::string>& files,
                      const TextFiles& rule_files = source_folder("rules")) {
  TextFiles registry{"registry", default_registry()};
  for (const auto& [name, text] : operation_registry(files)) registry.texts[name] = text;
  const ParsedRules rules = parse_rules(rule_files);
  std::string text;
  for (const Fault& fault : rules.faults) text += fault.text() + "\n";
  const auto any_zone = [](const std::string&) { return true; };
  for (const Fault& fault : parse_registry(registry, {rules.rules, any_zone}).faults) {
    // The other files of the world lack codes, which is warned of.
    if (fault.severity == Severity::Fault || fault.message.find("meter") != std::string::npos ||
        fault.message.find("treat") != std::string::npos) {
      text += fault.text() + "\n";
    }
  }
  return text;
}

TEST(OperationCsv, TheExamplesRegistryIsWithoutFault) {
  EXPECT_EQ(faults_of({}), "");
}

TEST(OperationCsv, RefusesWhatCanNotBeJudged) {
  const std::string meters = "mn,factor,signal,of,unit,rated,idle,valid_from,valid_to\n";
  const std::string treatments = "line,facility,group,required,warm_up_minutes,run_on_minutes\n";
  const std::string orders = "enterprise,unit,kind,limit_percent,document,valid_from,valid_to\n";
  const std::string tolerances = "enterprise,rule,name,value\n";
  struct Case {
    std::string file, text, fault;
  };
  const Case cases[] = {
      {"meters.csv", meters + "A B,p,power,line,l1,100,,,", "`mn` is malformed"},
      {"meters.csv", meters + "M,p,watts,line,l1,100,,,", "`signal`"},
      {"meters.csv", meters + "M,p,power,engine,l1,100,,,", "`of`"},
      {"meters.csv", meters + "M,p,power,line,l9,100,,,", "names `l9`, which is not in lines.csv"},
      {"meters.csv", meters + "M,p,power,line,l1,0,,,", "`rated` is empty or 0"},
      {"meters.csv", meters + "M,p,power,line,l1,-5,,,", "`rated` is negative"},
      {"meters.csv", meters + "M,p,power,line,l1,100,-1,,", "`idle` is negative"},
      {"meters.csv", meters + "M,p,power,line,l1,100,100,,", "`idle` is not below `rated`"},
      {"meters.csv", meters + "M,d,damper,line,l1,100,,,", "a bypass damper belongs to a facility"},
      {"meters.csv", meters + "M,p,power,line,l1,100,,,\nM,p,power,line,l1,90,,,",
       "holds at the same time as in line 2"},
      {"meters.csv", meters + "M,p,power,line,l1,100,,2026-01-01,2026-01-01",
       "`valid_to` is not after"},
      {"meters.csv", meters + "LINE1,p,power,line,l1,100,,,", "`f1` has no meter"},
      {"treatments.csv", treatments + "l9,f1,,,,", "names `l9`"},
      {"treatments.csv", treatments + "l1,f9,,,,", "names `f9`"},
      {"treatments.csv", treatments + "l1,f1,g,2,,", "`required` is 2, but the group `g` has 1"},
      {"treatments.csv", treatments + "l1,f1,,0,,", "`required` is refused"},
      {"treatments.csv", treatments + "l1,f1,,,241,", "`warm_up_minutes` is refused"},
      {"treatments.csv", treatments + "l1,f1,,,,61", "`run_on_minutes` is refused"},
      {"treatments.csv", treatments + "l1,f1,,,,\nl1,f1,,,,", "holds at the same time"},
      {"baselines.csv", "line,facility,load_percent,power\nl1,f1,0,0\n", "`power` is empty or 0"},
      {"baselines.csv", "line,facility,load_percent,power\nl1,f9,0,1\n", "names `f9`"},
      {"tolerances.csv", tolerances + "e9,TS-O01,minutes,6", "names `e9`"},
      {"tolerances.csv", tolerances + "e1,TS-O99,minutes,6", "is no number of operation.csv"},
      {"tolerances.csv", tolerances + "e1,TS-O01,severity,6", "is no number of operation.csv"},
      {"tolerances.csv", tolerances + "e1,TS-O01,minutes,0", "`value` is refused"},
      {"tolerances.csv", tolerances + "e1,TS-O01,minutes,", "`value` is empty"},
      {"orders.csv", orders + "e1,l9,stop,,d,2026-01-01,2026-01-02", "`l9` is no line, facility"},
      {"orders.csv", orders + "e1,l1,pause,,d,2026-01-01,2026-01-02", "`kind`"},
      {"orders.csv", orders + "e1,l1,limit,,d,2026-01-01,2026-01-02", "needs `limit_percent`"},
      {"orders.csv", orders + "e1,l1,limit,101,d,2026-01-01,2026-01-02", "needs `limit_percent`"},
      {"orders.csv", orders + "e1,l1,stop,5,d,2026-01-01,2026-01-02", "the row is no limit"},
      {"orders.csv", orders + "e1,l1,stop,,d,2026-01-01,", "has a beginning and an end"},
      {"orders.csv", orders + "e1,l1,stop,,,2026-01-01,2026-01-02", "`document` is empty"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_NE(faults_of({{c.file, c.text}}).find(c.fault), std::string::npos)
        << faults_of({{c.file, c.text}});
  }
}

TEST(OperationCsv, AMetersValuesReachOneEnterprise) {
  const std::map<std::string, std::string> files = {
      {"enterprises.csv", "id,name,park\ne1,One,p1\ne2,Two,p1\n"},
      {"lines.csv", "id,enterprise,name\nl1,e1,Line\nl2,e2,Line\n"},
      {"meters.csv",
       "mn,factor,signal,of,unit,rated\nM,a,power,line,l1,1\nM,b,power,line,l2,1\n"
       "FAN1,p,power,facility,f1,1\n"}};
  EXPECT_NE(faults_of(files).find("belongs to another enterprise"), std::string::npos);
}

TEST(OperationCsv, EveryParameterHasAValueAtEveryTime) {
  for (const OperationParameterSpec& spec : operation_parameter_specs()) {
    TextFiles rules = source_folder("rules");
    std::string& text = rules.texts.at("operation.csv");
    const std::string begin = std::string(spec.rule) + "," + std::string(spec.value.name) + ",";
    const std::size_t at = text.find("\n" + begin);
    ASSERT_NE(at, std::string::npos) << begin;
    text.erase(at, text.find('\n', at + 1) - at);
    EXPECT_NE(faults_of({}, rules).find("has no value at some times"), std::string::npos) << begin;
  }
}

TEST(OperationCsv, RefusesParameters) {
  struct Case {
    std::string row, fault;
  };
  const Case cases[] = {
      {"TS-O01,minute,5,own rule,x,no,,", "is not known"},
      {"TS-O12,minutes,5,own rule,x,no,,", "is not known"},
      {"TS-O01,minutes,0,own rule,x,no,2040-01-01,", "`value` of TS-O01 minutes is refused"},
      {"TS-O01,severity,grave,own rule,x,no,2040-01-01,", "`value` of TS-O01 severity"},
      {"TS-O01,minutes,6,own rule,x,no,2040-01-01,", "holds at the same time"},
      {"state,look_back_minutes,361,own rule,x,no,2040-01-01,", "is refused"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.row);
    TextFiles rules = source_folder("rules");
    rules.texts.at("operation.csv") += c.row + "\n";
    EXPECT_NE(faults_of({}, rules).find(c.fault), std::string::npos);
  }
}

TEST(OperationCsv, MetersNeedTheRules) {
  TextFiles rules = source_folder("rules");
  rules.texts.erase("operation.csv");
  EXPECT_NE(faults_of({}, rules).find("the rules have no operation.csv"), std::string::npos);
}

}  // namespace
}  // namespace parkwatch
