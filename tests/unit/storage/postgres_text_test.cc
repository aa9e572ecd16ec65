#include "storage/postgres_text.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "model/utf8.h"

namespace parkwatch {
namespace {

using namespace std::string_literals;

TEST(PostgresText, OrdinaryTextStaysAsItIs) {
  for (const char* text : {"", "DA001", "a b\tc\n", "排口", "é", "\x7f", "\xf0\x9f\x8f\xad"}) {
    EXPECT_EQ(postgres_text(text), text);
  }
}

TEST(PostgresText, Forms) {
  EXPECT_EQ(postgres_text("a\0b"s), "a\1\1b");
  EXPECT_EQ(postgres_text("\1"), "\1\2");
  EXPECT_EQ(postgres_text("a\xff"), "a\xf4\x8f\xbf\xbf\1\xf4\x8f\xbf\xbf"s + "ff");
  EXPECT_EQ(postgres_text("a\x80z"), "a\x7f\xf4\x8f\xbf\xbf"s + "807a");
  EXPECT_EQ(postgres_text("\xe6\x41"), "\xe5\xbf\xbf\xf4\x8f\xbf\xbf"s + "e641");
}

/// Pieces that lie close together, so that their order is decided by every rule.
std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> pieces{"\0"s,
                                               "\1"s,
                                               "\2"s,
                                               "0",
                                               "a",
                                               "f",
                                               "\x7f",
                                               "\x80",
                                               "\xbf",
                                               "\xc1",
                                               "\xc2\x80",
                                               "\xc2",
                                               "\xdf\xbf",
                                               "\xe0\x80",
                                               "\xe0\xa0\x80",
                                               "\xe6",
                                               "\xe6\x8e",
                                               "\xe6\x8e\x92",
                                               "\xed\x9f\xbf",
                                               "\xed\xa0\x80",
                                               "\xee\x80\x80",
                                               "\xef\xbf\xbf",
                                               "\xf0\x80",
                                               "\xf0\x90\x80\x80",
                                               "\xf4\x8f\xbf\xbf",
                                               "\xf4\x90",
                                               "\xf5",
                                               "\xff"};
  std::string text;
  const std::size_t length = random() % 5;
  for (std::size_t i = 0; i < length; ++i) text += pieces[random() % pieces.size()];
  return text;
}

TEST(PostgresText, KeepsOrderAndComesBack) {
  std::mt19937 random(20'260'315);
  std::set<std::string> texts;  // std::string is ordered by its bytes
  for (int i = 0; i < 20'000; ++i) texts.insert(random_text(random));
  std::vector<std::string> forms;
  for (const std::string& text : texts) {
    const std::string form = postgres_text(text);
    ASSERT_EQ(text_from_postgres(form), text) << testing::PrintToString(text);
    ASSERT_EQ(valid_utf8(form), form) << testing::PrintToString(text);
    ASSERT_EQ(form.find('\0'), std::string::npos);
    if (!forms.empty()) {
      ASSERT_LT(forms.back(), form) << testing::PrintToString(text);
    }
    forms.push_back(form);
  }
}

}  // namespace
}  // namespace parkwatch
