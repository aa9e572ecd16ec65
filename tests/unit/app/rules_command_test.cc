#include "app/rules_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/shipped_rules.h"
#include "model/csv.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Listed {
  ExitCode code;
  std::string out, errors;
};

Listed listed(const RulesListOptions& options) {
  std::ostringstream out, errors;
  const ExitCode code = list_rules(options, out, errors);
  return {code, out.str(), errors.str()};
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// The shipped rules in a folder, with rows added to one file.
void write_rules(const TemporaryFolder& folder, const std::string& file, const std::string& rows) {
  for (const auto& [name, text] : shipped_rules().texts) {
    std::ofstream(folder.path() / name) << text << (name == file ? rows : "");
  }
}

TEST(RulesList, NamesEveryDatedRuleOfEveryFile) {
  const Listed all = listed({});
  EXPECT_EQ(all.code, ExitCode::Ok);
  EXPECT_EQ(all.out.find("file,name,value,standard,clause,sure,valid_from,valid_to\n"), 0u);
  EXPECT_THAT(
      all.out,
      AllOf(HasSubstr("\nlifecycle.csv,TS-L01/"), HasSubstr("\nmark_schemes.csv,thermal-power/"),
            HasSubstr("\noperation.csv,TS-O01/"),
            HasSubstr("\nparameters.csv,day_valid_hours/waste-incineration,20,"),
            HasSubstr("\nlimits.csv,gb13223-2011/coal-new/a34013/hour,at most 30 mg/m3,"),
            HasSubstr("\nstack_limits.csv,gb16297-1996/new-rate/a25002/hour,\"at most 0.5 at 15 m, "
                      "0.9 at 20 m, 2.9 at 30 m, 5.6 at 40 m kg/h\",GB 16297-1996,Table 2,no,,\n"),
            HasSubstr("\nworking_days.csv,New Year,holiday,"),
            HasSubstr("2025-01-01T00:00:00+08:00,2025-01-02T00:00:00+08:00\n")));
}

TEST(RulesList, UnsureOnesAlone) {
  RulesListOptions options;
  const Listed all = listed(options);
  options.unsure = true;
  const Listed unsure = listed(options);
  for (const CsvRow& row : read_csv(unsure.out).rows) {
    EXPECT_TRUE(row.line == 1 || row.cells.at(5) == "no") << row.line;
  }
  EXPECT_LT(lines_of(unsure.out), lines_of(all.out));
  const std::string counted = std::to_string(lines_of(unsure.out) - 1) + " of " +
                              std::to_string(lines_of(all.out) - 1) + " dated rules are not sure\n";
  EXPECT_EQ(unsure.errors, counted);
  EXPECT_EQ(all.errors, counted);
}

TEST(RulesList, AClauseThatNobodyKnowsIsUnsureWhateverItsRowSays) {
  const TemporaryFolder folder;
  write_rules(folder, "limits.csv",
              "known,s,1,i,x,a21026,1,2,mg/m3,value,hour,,yes,s,2026-03-01,\n"
              "unknown,s,unknown,i,x,a21026,,2,mg/m3,value,hour,,yes,s,,\n");
  const Listed unsure = listed({folder.path().string(), true});
  EXPECT_THAT(unsure.out, AllOf(HasSubstr("\nlimits.csv,unknown,at most 2 mg/m3,s,unknown,no,,\n"),
                                Not(HasSubstr("limits.csv,known"))));
  EXPECT_THAT(listed({folder.path().string(), false}).out,
              HasSubstr("\nlimits.csv,known,at least 1 and at most 2 mg/m3,s,1,yes,"
                        "2026-03-01T00:00:00+08:00,\n"));
}

TEST(RulesList, RefusesRulesWithFaults) {
  const TemporaryFolder folder;
  write_rules(folder, "limits.csv", "l,s,1,i,x,a99999,,2,mg/m3,value,hour,,yes,s,,\n");
  const Listed refused = listed({folder.path().string(), false});
  EXPECT_EQ(refused.code, ExitCode::Configuration);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.errors, HasSubstr("is not in the factor table"));
  EXPECT_EQ(listed({"no-such-folder", false}).code, ExitCode::Configuration);
}

}  // namespace
}  // namespace parkwatch
