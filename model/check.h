#pragma once

namespace parkwatch {

/// Stops the process on a broken invariant. For bugs only; bad data is a Result.
/// The place is the caller's. (clang 14 lacks std::source_location, its builtins serve both.)
void check(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE(),
           const char* function = __builtin_FUNCTION());

}  // namespace parkwatch
