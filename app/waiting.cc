#include "app/waiting.h"

#include <condition_variable>
#include <mutex>

namespace parkwatch {

void wait_unless_stopped(const std::stop_token& stop, std::chrono::milliseconds span) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, span, [] { return false; });
}

}  // namespace parkwatch
