#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"
#include "web/registry_view.h"

namespace parkwatch {

/// What a state means to a reader, worst first. No data is a standing of its own, never green.
enum class Standing : std::uint8_t {
  Over,
  PendingMark,
  Near,
  NoData,
  Provisional,  // no closed window yet, the first one is still open
  Compliant,
  Exempt,
};

struct ParkLine {
  std::string id, name, place;
  std::optional<std::int64_t> time_ms;  // none: nothing received yet
};

struct EpisodeLine {
  std::string id, rule, park, outlet, factor, limit_id, span, severity, state;
  std::int64_t first_window = 0;
  std::int64_t last_window = 0;
  std::int64_t windows = 0;
};

/// The newest closed window of an outlet's factor against its leading limit.
struct OutletLine {
  std::string park, outlet, factor, span, limit_id;
  std::optional<std::int64_t> start;  // none: the outlet has never reported
  std::string state;                  // as stored: "over", "invalid(too_few_minutes)", ...
  Standing standing = Standing::NoData;
  std::optional<std::int64_t> value, lower, upper, ratio;  // units of 10^-6
  std::optional<std::int64_t> open_ratio;                  // of the window still running
  bool unsure = false;
};

struct ClusterLine {
  std::string cluster, factor, span, phase, parks;
  std::int64_t start = 0;
  std::optional<std::int64_t> mass;                           // units of 10^-9 kg
  std::optional<std::int64_t> completeness, estimated_share;  // units of 10^-6
};

/// An act of a construction project that has to be done by its due date.
struct DueLine {
  std::string park, rule, subject, severity;
  std::int64_t due_ms = 0;
};

/// The present state of everything, read from the store at one moment.
struct Overview {
  std::int64_t built_ms = 0;
  std::vector<ParkLine> parks;
  std::vector<EpisodeLine> episodes;          // open ones, most severe first, then newest
  std::vector<DueLine> due_dates;             // by park, rule and subject
  std::vector<OutletLine> outlets;            // worst first
  std::vector<ClusterLine> clusters;          // newest closed hour, newest day
  std::map<Standing, std::size_t> standings;  // outlet factors by standing
  /// (park, state, phase) of the leading verdicts of each park's newest hour of either phase.
  std::map<std::vector<std::string>, std::size_t> verdicts;
  std::size_t dirty = 0;    // cluster windows waiting to be summed again
  std::size_t rejudge = 0;  // park spans waiting to be judged again
};

/// Reads the overview. Errors: StoreUnavailable. `now_ms` is only noted.
Overview read_overview(Store& store, const RegistryView& registry, std::int64_t now_ms);

/// By the closed window; `ratio` in units of 10^-6. From 90 % of a limit on, a compliant window is
/// near it.
Standing standing_of(std::string_view state, std::optional<std::int64_t> ratio);

}  // namespace parkwatch
