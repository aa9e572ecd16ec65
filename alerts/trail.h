#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"
#include "model/time.h"

namespace parkwatch {

/// What a closed window says of an episode's rule.
enum class TrailClass : std::uint8_t {
  Neutral = 0,  // neither extends nor resolves
  Opens = 1,
  Resolves = 2,
};

/// The classes of all closed windows of one rule and subject, run-length coded: a value from which
/// the rule's episodes follow, whatever the order in which windows became known.
class Trail {
 public:
  /// [start, end) has this class until set otherwise; everything else is neutral.
  struct Run {
    EventTime start, end;
    TrailClass of = TrailClass::Neutral;
    std::int64_t windows = 0;
    friend bool operator==(const Run&, const Run&) = default;
  };

  /// Sets one window. Windows of one trail never overlap partly. True when the trail changed.
  bool set(EventTime start, EventTime end, TrailClass of);
  const std::vector<Run>& runs() const { return runs_; }

  std::string pack() const;
  static Result<Trail, std::string> unpack(std::string_view bytes);
  friend bool operator==(const Trail&, const Trail&) = default;

 private:
  /// Runs of Opens and Resolves, ascending, apart or of different class; a run is one stretch of
  /// windows without a gap.
  std::vector<Run> runs_;
};

/// One stretch from an opening window to the next resolving one.
struct EpisodeSpan {
  EventTime first;                    // the opening window
  EventTime last;                     // start of the last opening window
  std::int64_t windows = 0;           // opening windows in it
  std::optional<EventTime> resolved;  // the resolving window
  friend bool operator==(const EpisodeSpan&, const EpisodeSpan&) = default;
};

/// The start of the window that holds an instant: the hour, or the local day (23 to 25 hours long).
using WindowStart = std::function<EventTime(EventTime)>;

/// The episodes of a trail in order.
std::vector<EpisodeSpan> episodes_of(const Trail& trail, const WindowStart& window_start);

}  // namespace parkwatch
