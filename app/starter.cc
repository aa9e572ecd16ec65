#include "app/starter.h"

#include <string_view>
#include <vector>

#include "model/csv.h"
#include "model/registry_csv.h"

namespace parkwatch {

namespace {

/// Cells of an example row by column; columns not named stay empty.
using Example = std::map<std::string_view, std::string>;

const std::map<std::string_view, std::vector<Example>>& examples() {
  static const std::map<std::string_view, std::vector<Example>> rows = {
      {"parks.csv",
       {{{"id", "example-park"},
         {"name", "示例产业园"},
         {"level", "provincial"},
         {"province", "江苏省"},
         {"city", "连云港市"},
         {"county", "连云区"},
         {"division", "320703"},
         {"valid_from", "2026-01-01"}}}},
      {"clusters.csv",
       {{{"id", "example-cluster"},
         {"name", "示例产业集群"},
         {"industry", "D44"},
         {"valid_from", "2026-01-01"}}}},
      {"memberships.csv",
       {{{"cluster", "example-cluster"},
         {"of", "enterprise"},
         {"member", "example-plant"},
         {"share", "1"},
         {"valid_from", "2026-01-01"}}}},
      {"enterprises.csv",
       {{{"id", "example-plant"},
         {"name", "示例燃机热电厂"},
         {"park", "example-park"},
         {"credit_code", "91320703MADEM0001W"},
         {"permit_code", "91320703MADEM0001W001P"},
         {"industry", "D4412"},
         {"division", "320703"},
         {"valid_from", "2026-01-01"}}}},
      {"outlets.csv",
       {{{"id", "example-da001"},
         {"enterprise", "example-plant"},
         {"code", "DA001"},
         {"name", "燃气轮机排气筒"},
         {"medium", "air"},
         {"main", "yes"},
         {"stack_area_m2", "28.3"},
         {"concentration_basis", "standard-dry"},
         {"flow_basis", "standard-dry"},
         {"oxygen_basis", "standard-dry"},
         {"reference_oxygen_percent", "15"},
         {"limits", "gb13223-2011/gas-turbine-natural-gas/a21002/hour"},
         {"valid_from", "2026-01-01"}}}},
      {"devices.csv",
       {{{"mn", "EXAMPLE0000000000000A001"},
         {"outlet", "example-da001"},
         {"protocol_version", "2017"},
         {"report_interval_s", "60"},
         {"valid_from", "2026-01-01"}}}},
      {"factors.csv",
       {{{"outlet", "example-da001"},
         {"factor", "a21002"},
         {"unit", "mg/m3"},
         {"range_min", "0"},
         {"range_max", "200"},
         {"valid_from", "2026-01-01"}},
        {{"outlet", "example-da001"},
         {"factor", "a19001"},
         {"unit", "%"},
         {"range_min", "0"},
         {"range_max", "25"},
         {"valid_from", "2026-01-01"}},
        {{"outlet", "example-da001"},
         {"factor", "a00000"},
         {"unit", "m3/h"},
         {"range_min", "0"},
         {"range_max", "4000000"},
         {"valid_from", "2026-01-01"}}}},
  };
  return rows;
}

std::string starter_file(const RegistryFile& file) {
  std::string text = "# " + std::string(file.help) + "\n";
  std::vector<std::string> header;
  for (const SheetColumn& column : file.columns) {
    text += "# " + std::string(column.name) + ": " + std::string(column.help) + "\n";
    header.emplace_back(column.name);
  }
  const auto rows = examples().find(file.name);
  if (rows != examples().end()) text += "# The row below is an invented example: replace it.\n";
  text += csv_row_text(header);
  if (rows == examples().end()) return text;
  for (const Example& example : rows->second) {
    std::vector<std::string> cells;
    for (const SheetColumn& column : file.columns) {
      const auto cell = example.find(column.name);
      cells.push_back(cell == example.end() ? "" : cell->second);
    }
    text += csv_row_text(cells);
  }
  return text;
}

constexpr std::string_view document_head =
    R"(# Registry

Who is monitored: a folder of CSV files that can be edited in a spreadsheet. UTF-8 with or without byte order mark, commas, quotes
where a cell contains a comma, lines that begin with `#` are comments. `parkwatch init DIR` writes a folder to start from,
`parkwatch check --registry DIR` names every fault with file, line and what to do.

Every row is dated: it holds from `valid_from` until just before `valid_to`. A day means its first moment in China Standard Time. To
change something, end the row and add a new one: results of the time before keep the row they were computed with. Ids are 1 to 64
letters, digits and `. _ : -`. Empty codes are warnings, malformed ones faults.

<!-- Printed by `parkwatch config document-registry`; do not edit by hand. -->
)";

}  // namespace

std::map<std::string, std::string> starter_registry() {
  std::map<std::string, std::string> files;
  for (const RegistryFile& file : registry_files()) {
    files.emplace(file.name, starter_file(file));
  }
  return files;
}

std::string starter_config() {
  return R"(# Parkwatch. `parkwatch config default` prints every setting; `parkwatch check --config` checks this file.

[kafka]
bootstrap = "localhost:9092"

[store]
url = "sqlite:parkwatch.db"

[registry]
dir = "registry"
# keys_file = "keys"

# [rules]
# dir = "rules"    # without it the rules that come with the program hold
)";
}

std::string registry_document() {
  std::string text(document_head);
  for (const RegistryFile& file : registry_files()) {
    text += "\n## " + std::string(file.name) + (file.required ? "" : " (may be left out)") +
            "\n\n" + std::string(file.help) + "\n\n| Column | Needed | Meaning |\n|---|---|---|\n";
    for (const SheetColumn& column : file.columns) {
      text += "| `" + std::string(column.name) + "` | " + (column.required ? "yes" : "") + " | " +
              std::string(column.help) + " |\n";
    }
  }
  return text;
}

}  // namespace parkwatch
