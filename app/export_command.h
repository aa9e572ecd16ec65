#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch export`: prints tables of a store in a form that two stores can be compared by.
struct ExportCommandOptions {
  std::string what;  // a table, "evidence", or "all"
  std::string store_url;
  std::string registry;  // taken so that replay and export have the same flags; rows need no names
  std::string from;      // ISO 8601 with a zone; empty: open
  std::string to;
  std::string format = "csv";  // or "jsonl"
  bool audit = false;
  std::string output = "-";
};

/// What can be exported, in the order of "all".
std::vector<std::string> export_names();

/// Reads a snapshot, also of a store that a running process writes. "all" prints the tables that
/// two stores are compared by; with audit all of them. A file appears under its name only when
/// complete. Returns Usage for an unknown name, time or format, DependencyDown when the store can
/// not be read now, Runtime when it or the output can not be used. Faults are explained on `err`.
ExitCode run_export(const ExportCommandOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
