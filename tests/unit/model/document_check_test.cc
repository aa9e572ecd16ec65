#include "model/document_check.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(DocumentCheck, NamesTheMemberThatIsWrong) {
  struct Case {
    const char* members;
    const char* fault;  // how it begins; empty: none
  };
  const std::string digest(64, 'a');
  const Case cases[] = {
      {"", ""},
      {"time=2026-03-15T09:30:00%2B08:00", ""},
      {"time=2026-03-15T01:30:00Z;revoked=true", ""},
      {"revoked=false;anything=goes", ""},
      {"time=2026-03-15T09:30:00", "time: "},
      {"time=2026-02-30T09:30:00Z", "time: "},
      {"time=yesterday", "time: "},
      {"revoked=yes", "revoked: "},
      {"revoked=1", "revoked: "},
      {"sha256=abc", "sha256: "},
      {"sha256=gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg", "sha256: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.members);
    Document document;
    document.members = *unpack_members(c.members);
    const std::string fault = fault_of(document).value_or("");
    EXPECT_EQ(fault.substr(0, std::string(c.fault).size()), c.fault);
    EXPECT_EQ(fault.empty(), std::string(c.fault).empty()) << fault;
  }
  Document sealed;
  sealed.members["sha256"] = digest;
  EXPECT_FALSE(fault_of(sealed));
}

}  // namespace
}  // namespace parkwatch
