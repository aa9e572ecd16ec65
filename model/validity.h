#pragma once

#include <limits>

#include "model/time.h"

namespace parkwatch {

/// When a registry or rule row holds: [from, to).
struct Validity {
  EventTime from{std::numeric_limits<std::int64_t>::min() / 4};
  EventTime to{std::numeric_limits<std::int64_t>::max() / 4};
  bool covers(EventTime at) const { return from <= at && at < to; }
  friend bool operator==(const Validity&, const Validity&) = default;
};

}  // namespace parkwatch
