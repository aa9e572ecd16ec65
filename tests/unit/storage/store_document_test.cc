// docs/store.md names every table and column, and nothing else.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "storage/export.h"
#include "storage/schema.h"

namespace parkwatch {
namespace {

struct Described {
  std::string intro;
  std::vector<std::string> columns;  // "name: type"
};

std::map<std::string, Described> described_tables() {
  std::ifstream document(PARKWATCH_SOURCE_DIR "/docs/store.md");
  std::map<std::string, Described> tables_found;
  Described* present = nullptr;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) present = nullptr;
    if (line.starts_with("### ")) present = &tables_found[line.substr(4)];
    if (present == nullptr) continue;
    if (!line.starts_with("| `")) {
      present->intro += line + ' ';
      continue;
    }
    const std::size_t name_end = line.find('`', 3);
    const std::size_t type_begin = line.find("| ", name_end) + 2;
    const std::size_t type_end = line.find(" |", type_begin);
    present->columns.push_back(line.substr(3, name_end - 3) + ": " +
                               line.substr(type_begin, type_end - type_begin));
    EXPECT_GT(line.size(), type_end + 4) << "without a meaning: " << line;
  }
  return tables_found;
}

std::string type_text(ColumnType type) {
  switch (type) {
    case ColumnType::Text:
      return "text";
    case ColumnType::Integer:
      return "integer";
    case ColumnType::Boolean:
      return "boolean";
    case ColumnType::Time:
      return "time";
    case ColumnType::Decimal6:
      return "decimal";
    case ColumnType::Decimal9:
      return "mass";
    case ColumnType::Blob:
      return "bytes";
  }
  return {};
}

TEST(StoreDocument, NamesEveryTableAndColumn) {
  const std::map<std::string, Described> described = described_tables();
  EXPECT_EQ(described.size(), tables().size()) << "a table of the document does not exist";
  for (const Table& each : tables()) {
    SCOPED_TRACE(each.name);
    const auto found = described.find(std::string(each.name));
    ASSERT_NE(found, described.end());
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < each.columns.size(); ++i) {
      const Column& column = each.columns[i];
      columns.push_back(std::string(column.name) + ": " + type_text(column.type) +
                        (i < each.key_columns ? ", key" : "") + (column.audit ? ", audit" : ""));
    }
    EXPECT_EQ(found->second.columns, columns);
    const std::string& intro = found->second.intro;
    EXPECT_EQ(intro.find("Compared.") != std::string::npos, each.compared);
    const std::optional<std::size_t> period = period_column(each);
    const std::string expected =
        period ? "Period: `" + std::string(each.columns[*period].name) + "`" : "Period:";
    EXPECT_EQ(intro.find(expected) != std::string::npos, period.has_value());
  }
}

}  // namespace
}  // namespace parkwatch
