#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch rejudge`: activates a changed registry or changed rules and judges again just what
/// the change touches.
struct RejudgeOptions {
  std::string registry;
  std::string rules;  // empty: the program's own
  std::string store_url;
  std::string from, to;  // ISO times; empty: all that the change touches
  bool dry_run = false;
  bool quiet = false;            // totals only
  std::string publish = "none";  // what is told to result topics, as the setting topics.publish
};

/// Prints every row that differs, before and after, and totals; with `dry_run` nothing is written.
/// A change that touches more than [from, to) is refused, because the rest would be left as it was.
/// With the active set itself everything in [from, to) is judged once more. Interrupted work is
/// gone on with by the next call or by a worker. Returns Configuration for a set with faults, Usage
/// for times that make no sense; throws StoreRefused, StoreUnavailable.
ExitCode rejudge(const RejudgeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
