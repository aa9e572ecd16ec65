#include <gtest/gtest.h>

#include <set>
#include <string>

#include "ingest/hj212/warning.h"
#include "ingest/reason.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

TEST(Names, OfReasonsAndWarningsAreDistinctAndDocumented) {
  const std::string page = file_bytes(PARKWATCH_SOURCE_DIR "/docs/hj212.md");
  std::set<std::string> seen;
  for (int i = 0; i <= static_cast<int>(Reason::TooManyValues); ++i) {
    const Reason reason = static_cast<Reason>(i);
    const std::string name(reason_name(reason));
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_NE(page.find("| `" + name + "`"), std::string::npos) << name;
    Reason found = Reason::CrcMismatch;
    EXPECT_TRUE(find_reason(name, found));
    EXPECT_EQ(found, reason);
  }
  Reason unknown = Reason::CrcMismatch;
  EXPECT_FALSE(find_reason("no_such_reason", unknown));
  EXPECT_FALSE(find_reason("", unknown));
  seen.clear();
  for (int i = 0; i < hj212::warning_count; ++i) {
    const std::string name(hj212::warning_name(static_cast<hj212::Warning>(i)));
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_NE(page.find("| `" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace parkwatch
