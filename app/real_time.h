#pragma once

#include <cstdint>

namespace parkwatch {

/// Milliseconds since 1970 UTC by the machine's clock: for received stamps of our own, ticks and
/// what people read; never for a result. Threads: any.
std::int64_t real_time_ms();

}  // namespace parkwatch
