#include "ingest/twin_watch.h"

#include <utility>

namespace parkwatch {

std::optional<std::string> TwinWatch::note(std::string_view mn, std::string_view address,
                                           Clock::time_point now) {
  forget_old(now);
  auto entry = seen_.find(std::string(mn));
  if (entry == seen_.end()) {
    if (seen_.size() >= options_.mns_max) return std::nullopt;
    seen_.emplace(std::string(mn), Seen{std::string(address), {}, {}, {}, now});
    return std::nullopt;
  }
  Seen& seen = entry->second;
  seen.last = now;
  if (seen.address == address) return std::nullopt;
  const bool returned = seen.former == address && now - seen.moved < options_.window;
  seen.former = std::exchange(seen.address, std::string(address));
  seen.moved = now;
  if (!returned || (seen.reported && now - *seen.reported < options_.window)) return std::nullopt;
  seen.reported = now;
  return seen.former;
}

void TwinWatch::forget_old(Clock::time_point now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + options_.window;
  std::erase_if(seen_,
                [&](const auto& entry) { return now - entry.second.last > 2 * options_.window; });
}

}  // namespace parkwatch
