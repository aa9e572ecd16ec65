#include "web/overview_cache.h"

#include <algorithm>
#include <utility>

namespace parkwatch {

OverviewCache::OverviewCache(const Options& options, Sources sources)
    : options_(options), sources_(std::move(sources)) {}

std::shared_ptr<const Overview> OverviewCache::get() {
  using Steady = std::chrono::steady_clock;
  constexpr int cost_share = 20;
  const std::lock_guard lock(mutex_);
  const Steady::time_point begin = Steady::now();
  if (overview_ && begin < until_) return overview_;
  const std::unique_ptr<Store> store = sources_.open_store();
  overview_ = std::make_shared<const Overview>(
      read_overview(*store, *sources_.registry(), sources_.now_ms()));
  const Steady::duration cost = Steady::now() - begin;
  until_ = begin + std::max<Steady::duration>(options_.age, cost_share * cost);
  return overview_;
}

}  // namespace parkwatch
