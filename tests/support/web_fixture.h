#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/memory_store.h"
#include "web/registry_view.h"

namespace parkwatch {

/// Two parks with outlets over, near, below their limit, without data and without any report, one
/// cluster, one open and one resolved episode. The parks' time is 2026-03-15T02:11:00Z.
struct WebFixture {
  static constexpr std::int64_t hour_ms = 3600LL * 1000;
  std::int64_t park_time_ms = 0;
  std::int64_t hour = 0;  // start of the newest closed hour: 2026-03-15T01:00:00Z
  MemoryStore store;
  std::shared_ptr<const RegistryView> registry;

  WebFixture();
  std::unique_ptr<Store> open() const {
    return std::make_unique<MemoryStore>(store, StoreOptions{});
  }
  void commit(const std::vector<Change>& changes);
};

/// One verdict row; `ratio` and `value` in units of 10^-6, negative for null.
Change verdict_row(const std::string& park, std::int64_t start, const std::string& outlet,
                   const std::string& factor, const std::string& phase, const std::string& state,
                   std::int64_t ratio);
Change episode_row(const std::string& id, const std::string& rule, const std::string& outlet,
                   const std::string& state, std::int64_t first_window);

}  // namespace parkwatch
