#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch import`
struct ImportOptions {
  std::vector<std::string> files;
  std::string type;               // of the records; empty: their column says it
  std::string source = "import";  // of documents without a column `source`
  std::string config_file;
  std::vector<std::pair<std::string, std::string>> settings;  // "section.key", value
  bool print = false;  // JSON lines to `out` instead of sending
};

/// Sends rows of CSV files to the input topic as JSON records, all or none: Findings when a row
/// would be refused. Throws UsageError for a file that cannot be read, BrokerUnavailable,
/// BrokerRefused.
ExitCode import_files(const ImportOptions& options, std::ostream& out);

}  // namespace parkwatch
