#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch report compliance` and `parkwatch report transmission`, about a park.
struct ReportOptions {
  std::string store_url;
  std::string park;
  std::string month;                // compliance: 2026-11, in the park's zone
  std::string from, to;             // transmission: local days such as 2026-11-03, the end excluded
  std::string language = "zh";      // or en
  std::string format = "markdown";  // csv or html
  std::string output = "-";
};

/// What a bureau files of a month. Reads a snapshot, also of a store that a running process writes.
/// Returns Usage for an unknown park or month, Runtime when the output can not be written. Throws
/// StoreRefused, StoreUnavailable.
ExitCode run_report(const ReportOptions& options, std::ostream& out, std::ostream& err);

/// The effective transmission rates of a period's days and quarters; as above.
ExitCode run_transmission_report(const ReportOptions& options, std::ostream& out,
                                 std::ostream& err);

}  // namespace parkwatch
