#include "app/demo_scrubber.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds day = hours(24);
constexpr milliseconds night_begin = hours(22);
constexpr milliseconds night_length = hours(6);

/// The last time that the scrubber was to stop, at or before `at`.
EventTime stop_before(EventTime at) {
  constexpr milliseconds shift = china_standard_time - night_begin;
  return floor_to(at + shift, day) - shift;
}

}  // namespace

DemoScrubber::DemoScrubber(EventTime history_end)
    : last_stop_(stop_before(history_end - night_length)) {}

bool DemoScrubber::runs(EventTime at) const {
  return at < last_stop_ && at >= stop_before(at) + night_length;
}

}  // namespace parkwatch
