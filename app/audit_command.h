#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch audit verify`: whether the stored raw records are those that were received.
struct AuditVerifyOptions {
  std::string store_url;
};

/// Prints the first bad entry of each partition and the totals. Returns Findings when there is one,
/// DependencyDown when the store can not be read now, Runtime when it can not be used.
ExitCode run_audit_verify(const AuditVerifyOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
