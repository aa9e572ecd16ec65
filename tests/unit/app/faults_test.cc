#include "app/faults.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parkwatch {
namespace {

Fault warning(int line, const std::string& message) {
  return {"parks.csv", line, Severity::Warning, message, "fill it in"};
}

std::string reported(const Faults& faults, bool& refused) {
  testing::internal::CaptureStderr();
  refused = report_faults(faults);
  return testing::internal::GetCapturedStderr();
}

TEST(ReportedFaults, WarningsThatSayTheSameAreCountedAfterAFew) {
  Faults faults;
  for (int line = 2; line < 9; ++line) faults.push_back(warning(line, "`division` is empty"));
  faults.push_back(warning(9, "`industry` is empty"));
  bool refused = true;
  EXPECT_EQ(reported(faults, refused),
            "parks.csv:2: warning: `division` is empty; fill it in\n"
            "parks.csv:3: warning: `division` is empty; fill it in\n"
            "parks.csv:4: warning: `division` is empty; fill it in\n"
            "parks.csv:9: warning: `industry` is empty; fill it in\n"
            "warning: `division` is empty: 4 more like it; `parkwatch check` lists all\n");
  EXPECT_FALSE(refused);
}

TEST(ReportedFaults, EveryFaultIsPrinted) {
  Faults faults;
  for (int line = 2; line < 9; ++line) {
    faults.push_back({"parks.csv", line, Severity::Fault, "`id` is empty", "name the park"});
  }
  bool refused = false;
  const std::string text = reported(faults, refused);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
  EXPECT_EQ(text.find("more like it"), std::string::npos);
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace parkwatch
