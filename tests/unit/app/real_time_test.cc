#include "app/real_time.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

constexpr std::int64_t second = 1'000, hour = 3'600 * second;

TEST(LeapingClock, IsMovedByWhatTheFileSays) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "clock").string();
  const std::function<std::int64_t()> clock = leaping_clock(file);
  const auto ahead = [&] { return clock() - real_time_ms(); };
  EXPECT_LT(std::abs(ahead()), hour) << "there is no file yet";
  for (const std::int64_t hours : {30, -10'000, 0}) {
    std::ofstream(file) << hours * 3'600;
    EXPECT_LT(std::abs(ahead() - hours * hour), hour) << hours;
  }
  EXPECT_LT(std::abs(leaping_clock("")() - real_time_ms()), hour);
}

}  // namespace
}  // namespace parkwatch
