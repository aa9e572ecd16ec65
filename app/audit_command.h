#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch audit verify`: whether the stored raw records are those that were received, and the
/// stored results those that the records give.
struct AuditVerifyOptions {
  std::string store_url;
  std::string registry;            // the set must be the active one; empty: the stored set is taken
  std::string rules;               // with `registry`; empty: the program's own
  std::string keys;                // secret file with SM4 keys
  std::vector<std::string> heads;  // TOPIC/PARTITION@OFFSET=HEX, noted earlier
  bool modbus_crc = false;
  bool chain_only = false;  // leave out the results
};

/// Prints the first bad entry of each partition, the first bad row of each table, and totals.
/// Returns Findings when there is any, Usage for a head that can not be read, DependencyDown when
/// the store can not be read now, Runtime when it can not be used.
ExitCode run_audit_verify(const AuditVerifyOptions& options, std::ostream& out, std::ostream& err);

/// `parkwatch audit heads`: prints the head of every partition's chain, to be noted elsewhere and
/// given to `verify --head`. Throws StoreRefused, StoreUnavailable.
ExitCode run_audit_heads(const std::string& store_url, std::ostream& out);

}  // namespace parkwatch
