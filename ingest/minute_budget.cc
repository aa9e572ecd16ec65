#include "ingest/minute_budget.h"

#include <algorithm>

namespace parkwatch {

std::uint64_t MinuteBudget::take_up_to(std::string_view key, std::uint64_t wanted,
                                       Clock::time_point now) {
  if (minute_start_ == Clock::time_point{} || now - minute_start_ >= std::chrono::minutes(1)) {
    minute_start_ = now;
    spent_in_all_ = 0;
    spent_.clear();
  }
  auto entry = spent_.find(std::string(key));
  if (entry == spent_.end()) {
    if (spent_.size() >= options_.keys_max) return 0;
    entry = spent_.emplace(std::string(key), 0).first;
  }
  const std::uint64_t left =
      std::min(options_.per_key - entry->second, options_.in_all - spent_in_all_);
  const std::uint64_t taken = std::min(wanted, left);
  entry->second += taken;
  spent_in_all_ += taken;
  return taken;
}

}  // namespace parkwatch
