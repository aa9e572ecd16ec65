#pragma once

#include <string>
#include <vector>

#include "tests/simulation/book.h"
#include "tests/simulation/window_row.h"

namespace parkwatch::oracle {

/// A row of verdict beside its window.
struct VerdictRow {
  std::string limit_id, state;
  Units value, lower, upper, ratio;
  bool leads = false, unsure = false;
  std::string note;
  bool closed = false;
  friend bool operator==(const VerdictRow&, const VerdictRow&) = default;
};

/// docs/arithmetic.md 9. `other_order` is the converted value by the order that does not count.
std::vector<VerdictRow> judge(const Book& book, const OutletRow& outlet, const FactorRow& factor,
                              const WindowRow& window, Units other_order);

/// What a closed window says of an episode's rule.
enum class Says : std::uint8_t { Nothing, Opens, Resolves };

/// Whom an episode is about.
struct Subject {
  std::string rule, park, outlet, factor, limit_id;
  bool by_day = false;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

struct EpisodeRow {
  Time first = 0, last = 0;
  std::int64_t windows = 0;
  std::optional<Time> resolved;
  friend bool operator==(const EpisodeRow&, const EpisodeRow&) = default;
};

std::string episode_id(const Subject& subject, Time first);
/// docs/arithmetic.md 11, over windows in the order of time.
std::vector<EpisodeRow> episodes(const std::vector<std::pair<Time, Says>>& windows);

}  // namespace parkwatch::oracle
