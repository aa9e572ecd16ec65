#include "alerts/trail.h"

#include <algorithm>
#include <cstring>

namespace parkwatch {

bool Trail::set(EventTime start, EventTime end, TrailClass of) {
  const auto at = std::upper_bound(runs_.begin(), runs_.end(), start,
                                   [](EventTime t, const Run& run) { return t < run.end; });
  const bool inside = at != runs_.end() && at->start <= start;
  if ((inside ? at->of : TrailClass::Neutral) == of) return false;
  std::size_t index = static_cast<std::size_t>(at - runs_.begin());
  if (inside) {
    const Run old = *at;
    runs_.erase(at);
    // A run is split around the window; how many windows fall on each side follows from the
    // lengths.
    const std::int64_t length = (end - start).count();
    if (old.start < start) {
      const std::int64_t before = ((start - old.start).count() + length / 2) / length;
      runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(index),
                   {old.start, start, old.of, before});
      ++index;
    }
    if (end < old.end) {
      const std::int64_t after = ((old.end - end).count() + length / 2) / length;
      runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(index),
                   {end, old.end, old.of, after});
    }
  }
  if (of == TrailClass::Neutral) return true;
  Run run{start, end, of, 1};
  if (index < runs_.size() && runs_[index].start == end && runs_[index].of == of) {
    run.end = runs_[index].end;
    run.windows += runs_[index].windows;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  if (index > 0 && runs_[index - 1].end == start && runs_[index - 1].of == of) {
    runs_[index - 1].end = run.end;
    runs_[index - 1].windows += run.windows;
  } else {
    runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(index), run);
  }
  return true;
}

namespace {

void put(std::string& out, std::int64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

std::int64_t take(std::string_view& bytes) {
  std::int64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

constexpr std::size_t packed_run = 4 * sizeof(std::int64_t);

}  // namespace

std::string Trail::pack() const {
  std::string out;
  for (const Run& run : runs_) {
    put(out, run.start.milliseconds());
    put(out, run.end.milliseconds());
    put(out, static_cast<std::int64_t>(run.of));
    put(out, run.windows);
  }
  return out;
}

Result<Trail, std::string> Trail::unpack(std::string_view bytes) {
  if (bytes.size() % packed_run != 0) return Unexpected{std::string("damaged trail")};
  Trail trail;
  while (!bytes.empty()) {
    Run run;
    run.start = EventTime(take(bytes));
    run.end = EventTime(take(bytes));
    const std::int64_t of = take(bytes);
    if (of != 1 && of != 2) return Unexpected{std::string("damaged trail")};
    run.of = static_cast<TrailClass>(of);
    run.windows = take(bytes);
    trail.runs_.push_back(run);
  }
  return trail;
}

std::vector<EpisodeSpan> episodes_of(const Trail& trail, const WindowStart& window_start) {
  std::vector<EpisodeSpan> episodes;
  bool open = false;
  for (const Trail::Run& run : trail.runs()) {
    if (run.of == TrailClass::Resolves) {
      if (open) episodes.back().resolved = run.start;
      open = false;
      continue;
    }
    if (!open) episodes.push_back({run.start, run.start, 0, std::nullopt});
    open = true;
    episodes.back().windows += run.windows;
    episodes.back().last = window_start(run.end - std::chrono::milliseconds(1));
  }
  return episodes;
}

}  // namespace parkwatch
