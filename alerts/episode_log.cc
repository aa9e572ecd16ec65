#include "alerts/episode_log.h"

#include <algorithm>
#include <cstring>

namespace parkwatch {

namespace {

constexpr std::size_t number_bytes = sizeof(std::int64_t);
constexpr std::size_t span_bytes = 5 * number_bytes;

void put(std::string& out, std::int64_t value) {
  char bytes[number_bytes];
  std::memcpy(bytes, &value, number_bytes);
  out.append(bytes, number_bytes);
}

std::int64_t take(std::string_view& bytes) {
  std::int64_t value = 0;
  std::memcpy(&value, bytes.data(), number_bytes);
  bytes.remove_prefix(number_bytes);
  return value;
}

}  // namespace

void EpisodeLog::begin(EventTime minute, std::vector<EpisodeSpan> now) {
  if (minute <= minute_) return;
  minute_ = minute;
  base_ = std::move(now);
}

std::string EpisodeLog::pack() const {
  std::string out;
  put(out, minute_.milliseconds());
  put(out, static_cast<std::int64_t>(base_.size()));
  for (const EpisodeSpan& span : base_) {
    put(out, span.first.milliseconds());
    put(out, span.last.milliseconds());
    put(out, span.windows);
    put(out, span.resolved ? 1 : 0);
    put(out, span.resolved ? span.resolved->milliseconds() : 0);
  }
  return out + trail.pack();
}

Result<EpisodeLog, std::string> EpisodeLog::unpack(std::string_view bytes) {
  if (bytes.size() < 2 * number_bytes) return Unexpected{std::string("damaged trail")};
  EpisodeLog log;
  log.minute_ = EventTime(take(bytes));
  const auto count = static_cast<std::uint64_t>(take(bytes));
  if (count > bytes.size() / span_bytes) return Unexpected{std::string("damaged trail")};
  for (std::uint64_t i = 0; i < count; ++i) {
    EpisodeSpan span;
    span.first = EventTime(take(bytes));
    span.last = EventTime(take(bytes));
    span.windows = take(bytes);
    const bool resolved = take(bytes) != 0;
    const EventTime at(take(bytes));
    if (resolved) span.resolved = at;
    log.base_.push_back(span);
  }
  Result<Trail, std::string> trail = Trail::unpack(bytes);
  if (!trail) return Unexpected{trail.error()};
  log.trail = *std::move(trail);
  return log;
}

std::string event_name(const EpisodeSpan* former, const EpisodeChange& change) {
  if (change.what == EpisodeChange::What::Withdrawn) return "withdrawn";
  if (change.what == EpisodeChange::What::Superseded) return "superseded";
  if (former == nullptr) return "opened";
  const bool resolved = change.span.resolved.has_value();
  if (resolved == former->resolved.has_value()) return "updated";
  return resolved ? "resolved" : "reopened";
}

}  // namespace parkwatch
