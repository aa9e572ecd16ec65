#include "app/real_time.h"

#include <chrono>
#include <fstream>

namespace parkwatch {

std::int64_t real_time_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::function<std::int64_t()> leaping_clock(const std::string& file) {
  if (file.empty()) return real_time_ms;
  return [file] {
    std::int64_t seconds = 0;
    std::ifstream(file) >> seconds;
    return real_time_ms() + seconds * 1'000;
  };
}

}  // namespace parkwatch
