#include "model/mark.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

Document sound() {
  Document document{"mark", "portal", "m1", "p1", ReceivedTime(5), {}};
  document.members = {{"outlet", "air1"},
                      {"scheme", "cement"},
                      {"mark", "stop"},
                      {"author", "Li"},
                      {"from", "2026-03-15T09:00:00+08:00"},
                      {"to", "2026-03-15T10:00:00+08:00"}};
  return document;
}

TEST(Mark, IsReadFromItsDocument) {
  const auto mark = Mark::parse(sound());
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->outlet, "air1");
  EXPECT_EQ(utc_text(mark->from), "2026-03-15T01:00:00Z");
  EXPECT_EQ(utc_text(mark->to), "2026-03-15T02:00:00Z");
  EXPECT_EQ(mark->received, ReceivedTime(5));
  EXPECT_EQ(mark->standing, Mark::Standing::Holds);
  EXPECT_TRUE(mark->covers(mark->from));
  EXPECT_FALSE(mark->covers(mark->to));
}

TEST(Mark, RefusesWhatIsNone) {
  struct Case {
    const char* member;
    const char* text;
    const char* fault;  // how it begins; empty: none
  };
  const Case cases[] = {
      {"factor", "a21026", ""},
      {"revoked", "true", ""},
      {"found_false", "false", ""},
      {"to", "2027-03-16T09:00:00+08:00", ""},
      {"outlet", "", "outlet: "},
      {"scheme", "", "scheme: "},
      {"mark", "", "mark: "},
      {"author", "", "author: "},
      {"from", "", "from: "},
      {"from", "2026-03-15", "from: "},
      {"to", "2026-03-15T09:30:00", "to: "},
      {"to", "2026-03-15T09:00:00+08:00", "to: is not after"},
      {"to", "2026-03-15T08:00:00+08:00", "to: is not after"},
      {"to", "2027-03-16T09:00:01+08:00", "to: is more than 366 days"},
      {"found_false", "yes", "found_false: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.member) + "=" + c.text);
    Document document = sound();
    document.members[c.member] = c.text;
    const auto mark = Mark::parse(document);
    EXPECT_EQ(mark.has_value(), std::string(c.fault).empty());
    if (mark) continue;
    EXPECT_TRUE(mark.error().starts_with(c.fault)) << mark.error();
  }
}

}  // namespace
}  // namespace parkwatch
