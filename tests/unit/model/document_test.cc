#include "model/document.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

using Members = DocumentMembers;

TEST(DocumentMembers, AreOneLineInTheOrderOfTheirNames) {
  EXPECT_EQ(pack_members({{"time", "2026-03-01"}, {"act", "eia_approval"}}),
            "act=eia_approval;time=2026-03-01");
  EXPECT_EQ(pack_members({{"a;b", "1=2%\n"}, {"名", "值"}}), "a%3Bb=1%3D2%25%0A;名=值");
  EXPECT_EQ(pack_members({}), "");
}

TEST(DocumentMembers, ComeBackAsTheyWere) {
  for (const Members& members : {Members{}, Members{{"", ""}},
                                 Members{{"a", ""}, {"b", ";=%"}, {std::string(1, '\0'), "é"}}}) {
    const auto back = unpack_members(pack_members(members));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, members);
  }
}

TEST(DocumentMembers, RefuseWhatWasNeverPacked) {
  for (const char* text : {"a", "a=1;b", "a=%", "a=%4", "a=%zz", "a=%4g", "%=1", "a=1;a=2"}) {
    EXPECT_FALSE(unpack_members(text)) << text;
  }
}

TEST(Document, IsRevokedByItsMember) {
  Document document;
  EXPECT_FALSE(document.revoked());
  document.members["revoked"] = "false";
  EXPECT_FALSE(document.revoked());
  document.members["revoked"] = "true";
  EXPECT_TRUE(document.revoked());
  EXPECT_EQ(document.member("none"), "");
}

}  // namespace
}  // namespace parkwatch
