#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace parkwatch {

/// How many records a turn may take so that it ends in time, learned from the turns before: a group
/// that is divided anew waits for each member's next poll, however slow the store is.
class Pace {
 public:
  struct Options {
    std::chrono::milliseconds turn{300};  // aimed at
    std::size_t records_first = 100;      // of the first turn: a worker's first result comes soon
    std::size_t records_min = 1'000;      // of a turn: rows are loaded for many records at once
    std::size_t records_max = 100'000;
  };

  explicit Pace(Options options) : options_(options), records_(options.records_first) {}

  /// The most that the next turn should take.
  std::size_t records() const { return records_; }
  /// A turn took so many records and so long. It grows at most by half, so that one that had little
  /// to do does not make the next one long.
  void learn(std::size_t records, std::chrono::duration<double> took) {
    if (records > 0) records_ = std::max(records_, options_.records_min);
    if (records < options_.records_min || took.count() <= 0) return;
    const double fitting =
        static_cast<double>(records) * std::chrono::duration<double>(options_.turn) / took;
    const double most = std::min(1.5 * static_cast<double>(std::max(records, records_)),
                                 static_cast<double>(options_.records_max));
    records_ = static_cast<std::size_t>(
        std::clamp(fitting, static_cast<double>(options_.records_min), most));
  }

 private:
  Options options_;
  std::size_t records_;
};

}  // namespace parkwatch
