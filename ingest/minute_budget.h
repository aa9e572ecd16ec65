#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parkwatch {

/// So much per key and minute, and so much of all keys together. Unused budget does not carry over.
/// Bounded: when too many keys are spent from within a minute, further keys get nothing.
/// Threads: one owner.
class MinuteBudget {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::uint64_t per_key = 0;
    std::uint64_t in_all = 0;
    std::size_t keys_max = 10'000;
  };

  explicit MinuteBudget(Options options) : options_(options) {}

  /// Takes up to `wanted` for `key` and returns how much was left to take.
  std::uint64_t take_up_to(std::string_view key, std::uint64_t wanted, Clock::time_point now);
  /// Takes one, or nothing.
  bool take(std::string_view key, Clock::time_point now) { return take_up_to(key, 1, now) == 1; }

 private:
  Options options_;
  Clock::time_point minute_start_{};
  std::uint64_t spent_in_all_ = 0;
  std::unordered_map<std::string, std::uint64_t> spent_;
};

}  // namespace parkwatch
