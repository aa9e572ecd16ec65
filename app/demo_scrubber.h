#pragma once

#include "model/time.h"

namespace parkwatch {

/// When the demonstration's cement works runs its scrubber: never from 22:00 to 04:00 China time,
/// and not any more after the last night of the history.
class DemoScrubber {
 public:
  /// `history_end`: where the demonstration goes on live.
  explicit DemoScrubber(EventTime history_end);
  bool runs(EventTime at) const;

 private:
  EventTime last_stop_;
};

}  // namespace parkwatch
