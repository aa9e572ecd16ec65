#include "web/stored_words.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace parkwatch {
namespace {

TEST(StoredWords, TellEachRuleThatHasAPage) {
  int rules = 0;
  for (const auto& file : std::filesystem::directory_iterator(PARKWATCH_SOURCE_DIR "/docs/rules")) {
    const std::string rule = file.path().stem().string();
    if (!rule.starts_with("TS-")) continue;
    ++rules;
    EXPECT_TRUE(rule_title(rule).has_value()) << rule;
  }
  EXPECT_EQ(rules, 26);
  EXPECT_FALSE(rule_title("TS-X01").has_value());
}

TEST(StoredWords, AreInBothLanguages) {
  struct Case {
    const char* stored;
    const char* zh;
    const char* en;
  };
  const Case cases[] = {{"silent", "断数", "silent"},
                        {"invalid(too_few_minutes)", "有效分钟不足", "too few valid minutes"},
                        {"resent", "数据补传", "sent again"},
                        {"meter_gap", "电表缺数", "meter gap"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.stored);
    const std::optional<StoredWords> words = stored_words(c.stored);
    ASSERT_TRUE(words.has_value());
    EXPECT_EQ(words->zh, c.zh);
    EXPECT_EQ(words->en, c.en);
  }
  EXPECT_FALSE(stored_words("nonsense").has_value());
}

}  // namespace
}  // namespace parkwatch
