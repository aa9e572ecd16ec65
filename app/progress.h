#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace parkwatch {

/// Tells on standard error how far long work is: rate and time left, twice a second on a terminal,
/// else a line every ten seconds. Silent for work that is done sooner.
class Progress {
 public:
  /// `whole`: what `done` of `advance` ends at.
  Progress(std::string what, std::int64_t whole);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t done, std::int64_t more_records);

 private:
  std::string what_;
  std::int64_t whole_;
  std::int64_t records_ = 0;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace parkwatch
