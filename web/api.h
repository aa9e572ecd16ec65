#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"
#include "web/registry_view.h"

namespace parkwatch {

/// What a request is answered with.
struct Answer {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
};

/// The decoded query of an address; a name that comes twice has both values.
using Query = std::multimap<std::string, std::string>;

/// The read-only JSON API for people and scripts.
/// Answers {"rows":[...],"truncated":false}; with `truncated` a `next_from` says where to go on.
/// A bad or unknown parameter is a 400 that names it, an unknown outlet, park or cluster a 404.
/// Threads: as the Store. Errors: StoreUnavailable.
class Api {
 public:
  struct Options {
    std::size_t rows_max = 10'000;
    std::size_t parameter_bytes_max = 128;
    int days_max = 366;  // longest range of one request
  };
  Api(Store& store, const RegistryView& registry, const Options& options)
      : store_(store), registry_(registry), options_(options) {}

  /// ?outlet= or ?park=; span (hour or day), factor, from, to (ISO 8601 with a zone).
  Answer verdicts(const Query& query) const;
  Answer windows(const Query& query) const;
  /// ?cluster=; without one all; span, factor, from, to.
  Answer clusters(const Query& query) const;
  /// ?state=open (default), closed or all; park, outlet.
  Answer episodes(const Query& query) const;
  Answer parks(const Query& query) const;

 private:
  Answer by_outlet(TableId table, const Query& query) const;

  Store& store_;
  const RegistryView& registry_;
  const Options options_;
};

/// Whether an episode's state means that it still runs.
bool episode_is_open(std::string_view state);

}  // namespace parkwatch
