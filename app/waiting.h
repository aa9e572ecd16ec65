#pragma once

#include <chrono>
#include <stop_token>

namespace parkwatch {

/// Waits for `span`, or until a stop is asked for.
void wait_unless_stopped(const std::stop_token& stop, std::chrono::milliseconds span);

}  // namespace parkwatch
