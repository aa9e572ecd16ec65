#include "web/stored_words.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "model/rules_csv.h"
#include "tests/support/files.h"

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

TEST(StoredWords, TellEachFindingAndEachSuspicion) {
  for (const auto& [name, wanted] : {std::pair("quality", 7), std::pair("suspicion", 4)}) {
    std::ifstream page(PARKWATCH_SOURCE_DIR "/docs/rules/" + std::string(name) + ".md");
    int findings = 0;
    for (std::string line; std::getline(page, line) && !line.starts_with("## ");) {
      if (!line.starts_with("| `")) continue;
      ++findings;
      const std::string finding = line.substr(3, line.find('`', 3) - 3);
      EXPECT_TRUE(stored_words(finding).has_value()) << finding;
    }
    EXPECT_EQ(findings, wanted) << name;
  }
}

TEST(StoredWords, TellEachMarkThatMakesAnHourInvalid) {
  const Rules rules = parse_rules(source_folder("rules")).rules;
  int invalid = 0;
  for (const MarkRule& rule : rules.marks) {
    if (rule.effect != MarkEffect::Invalid) continue;
    ++invalid;
    EXPECT_TRUE(stored_words("invalid(" + rule.mark + ")").has_value()) << rule.mark;
  }
  EXPECT_GT(invalid, 0);
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
