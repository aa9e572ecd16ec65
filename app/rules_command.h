#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

struct RulesListOptions {
  std::string rules;    // folder; empty: the rules that come with the program
  bool unsure = false;  // only rows whose value, clause or date was not confirmed
};

/// Prints every dated row of the rules as CSV, file by file in the order of the files: its name,
/// its value, standard and clause, whether it is sure, and its dates. What was counted goes to
/// `errors`. Configuration when the files have faults, which are printed there too.
ExitCode list_rules(const RulesListOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace parkwatch
