#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch report compliance`: what a bureau files of a park and month.
struct ReportOptions {
  std::string store_url;
  std::string park;
  std::string month;                // 2026-11, in the park's zone
  std::string language = "zh";      // or en
  std::string format = "markdown";  // csv or html
  std::string output = "-";
};

/// Reads a snapshot, also of a store that a running process writes. Returns Usage for an unknown
/// park or month, Runtime when the output can not be written. Throws StoreRefused,
/// StoreUnavailable.
ExitCode run_report(const ReportOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
