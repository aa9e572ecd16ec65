#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace parkwatch {

/// Milliseconds since 1970 UTC by the machine's clock: for received stamps of our own, ticks and
/// what people read; never for a result. Threads: any.
std::int64_t real_time_ms();

/// For trials in which the wall clock leaps: the machine's clock moved by as many seconds as the
/// file says at each call, by none while it says nothing. Without a file name the machine's clock.
/// Threads: any.
std::function<std::int64_t()> leaping_clock(const std::string& file);

}  // namespace parkwatch
