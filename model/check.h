#pragma once

#include <source_location>

namespace parkwatch {

/// Stops the process on a broken invariant. For bugs only; bad data is a Result.
void check(bool holds, std::source_location at = std::source_location::current());

}  // namespace parkwatch
