// A slice of the seeded fault set; the whole of it is measured by bench/run_quality.sh.
#include "tests/support/fault_set.h"

#include <gtest/gtest.h>

#include "model/rules_csv.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

TEST(FaultSet, FaultsAreFoundAndLittleElseIsFlagged) {
  FaultSetOptions options;
  options.seed = 20260315;
  options.outlets = 10;
  options.days = 12;
  options.troubled_percent = 60;
  options.forged_percent = 60;
  SCOPED_TRACE("seed " + std::to_string(options.seed));
  const auto scores = run_fault_set(options, parse_rules(source_folder("rules")).rules);
  ASSERT_EQ(scores.size(), 9U);
  for (const auto& [finding, score] : scores) {
    SCOPED_TRACE(finding);
    EXPECT_GT(score.faulty, 0);
    // Few: the whole set is measured apart. What repeats a steady process is not told from it.
    const int least_percent = finding == "forged recurring" ? 50 : 80;
    EXPECT_GE(score.found * 100, score.faulty * least_percent);
    EXPECT_LE(score.flagged * 50, score.clean);
  }
}

}  // namespace
}  // namespace parkwatch
