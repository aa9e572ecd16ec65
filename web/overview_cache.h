#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "storage/store.h"
#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

/// The overview for any number of readers: read from the store at most once in `age`, and never for
/// more than a twentieth of the time. Threads: any; a reader waits while another one reads.
class OverviewCache {
 public:
  struct Options {
    std::chrono::milliseconds age{2000};
  };
  struct Sources {
    /// A Store to read one overview from. Throws StoreUnavailable or StoreRefused.
    std::function<std::unique_ptr<Store>()> open_store;
    std::function<std::shared_ptr<const RegistryView>()> registry;
    std::function<std::int64_t()> now_ms;
  };
  OverviewCache(const Options& options, Sources sources);

  /// Throws what opening and reading the store throws; the next call tries again.
  std::shared_ptr<const Overview> get();

 private:
  const Options options_;
  const Sources sources_;
  std::mutex mutex_;  // guards the two below
  std::shared_ptr<const Overview> overview_;
  std::chrono::steady_clock::time_point until_{};
};

}  // namespace parkwatch
