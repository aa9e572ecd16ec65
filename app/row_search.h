#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/store.h"

namespace parkwatch {

/// A key that names no row; the message says which part is unknown and what is there instead.
struct UnknownKey : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The row named by the parts of its key, as arguments or joined by '|'; times in ISO 8601. Parts
/// may be left out at the end where the rest names one row. Throws UnknownKey.
Row find_row(Store& store, TableId table, const std::vector<std::string>& parts);

}  // namespace parkwatch
