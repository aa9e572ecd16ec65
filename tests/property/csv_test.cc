#include "model/csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace parkwatch {
namespace {

std::string random_cell(std::mt19937& random) {
  static const char* const parts[] = {"a", "7", ",", "\"", "\n", "\r\n", " ", "排", ";", "x#"};
  std::string cell;
  for (std::mt19937::result_type left = random() % 6; left > 0; --left)
    cell += parts[random() % std::size(parts)];
  return cell;
}

TEST(CsvProperty, ReadingWhatWasPrintedGivesTheRowsBack) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::vector<std::string>> rows(random() % 5);
    std::string text;
    for (std::vector<std::string>& row : rows) {
      row.push_back("k" + random_cell(random));  // no comment, not blank
      for (std::mt19937::result_type left = random() % 4; left > 0; --left)
        row.push_back(random_cell(random));
      text += csv_row_text(row);
    }
    const CsvContent content = read_csv(text);
    ASSERT_TRUE(content.errors.empty());
    ASSERT_EQ(content.rows.size(), rows.size());
    int line = 1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(content.rows[i].cells, rows[i]);
      EXPECT_EQ(content.rows[i].line, line);
      const std::string printed = csv_row_text(rows[i]);
      line += static_cast<int>(std::count(printed.begin(), printed.end(), '\n'));
    }
  }
}

TEST(CsvProperty, AnyBytesEndInRowsOrErrors) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    static constexpr std::string_view alphabet("\",\r\n#ab\xE6\x8E\x92\0", 12);
    std::string text;
    for (std::mt19937::result_type left = random() % 40; left > 0; --left)
      text += alphabet[random() % alphabet.size()];
    const CsvContent content = read_csv(text);
    EXPECT_LE(content.rows.size() + content.errors.size(), text.size() + 1);
  }
}

}  // namespace
}  // namespace parkwatch
