#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch explain verdict|window|violation|episode|cluster KEY…`
struct ExplainOptions {
  std::string kind;
  std::vector<std::string> key;  // parts, or one text with '|' between them
  std::string store_url;
  std::string format = "text";  // or json
  std::string keys;             // secret file with SM4 keys, to read encrypted frames
};

/// Prints how a stored row came about, computed again by the same processors under the set that the
/// row names. Returns Findings when the stored row differs from that, Usage for a key that names no
/// row (near ones are listed). Throws StoreRefused, StoreUnavailable, DamagedEvidence.
ExitCode explain(const ExplainOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
