#include "app/real_time.h"

#include <chrono>

namespace parkwatch {

std::int64_t real_time_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace parkwatch
