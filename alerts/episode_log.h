#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/episode.h"

namespace parkwatch {

/// One subject's trail with what its events are measured against: the episodes before the present
/// minute. The events of a minute are the difference between those and the episodes now, however
/// many batches the minute was cut into; a state that returns to what it was leaves none.
class EpisodeLog {
 public:
  Trail trail;

  /// Takes the episodes before a change that is made when the park's time is `minute`; call it
  /// before the trail is changed.
  void begin(EventTime minute, std::vector<EpisodeSpan> now);
  EventTime minute() const { return minute_; }
  const std::vector<EpisodeSpan>& base() const { return base_; }

  std::string pack() const;
  static Result<EpisodeLog, std::string> unpack(std::string_view bytes);

 private:
  EventTime minute_{};
  std::vector<EpisodeSpan> base_;
};

/// "opened", "updated", "resolved", "reopened", "withdrawn" or "superseded", from the former state
/// of the episode (nullptr: none) to what the change says.
std::string event_name(const EpisodeSpan* former, const EpisodeChange& change);

}  // namespace parkwatch
