#include "app/crash_point.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>

namespace parkwatch {

std::function<void()> crash_point(std::string_view nth_commit) {
  if (nth_commit.empty()) return {};
  std::int64_t nth = 0;
  const char* end = nth_commit.data() + nth_commit.size();
  const auto [stop, error] = std::from_chars(nth_commit.data(), end, nth);
  if (error != std::errc() || stop != end || nth < 1) {
    throw std::invalid_argument("PARKWATCH_TEST_KILL_AT_COMMIT is '" + std::string(nth_commit) +
                                "', not a whole number from 1");
  }
  const auto left = std::make_shared<std::atomic<std::int64_t>>(nth);
  return [left] {
    if (left->fetch_sub(1) == 1) std::raise(SIGKILL);
  };
}

}  // namespace parkwatch
