#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parkwatch {

/// Milliseconds since 1970-01-01T00:00:00Z, of one sort of time. Sorts do not mix by accident.
template <class Sort>
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t milliseconds) : milliseconds_(milliseconds) {}
  constexpr std::int64_t milliseconds() const { return milliseconds_; }
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant at, std::chrono::milliseconds span) {
    return Instant(at.milliseconds_ + span.count());
  }
  friend constexpr Instant operator-(Instant at, std::chrono::milliseconds span) {
    return Instant(at.milliseconds_ - span.count());
  }
  friend constexpr std::chrono::milliseconds operator-(Instant a, Instant b) {
    return std::chrono::milliseconds(a.milliseconds_ - b.milliseconds_);
  }

 private:
  std::int64_t milliseconds_ = 0;
};

/// When something was measured, by the device's own account.
using EventTime = Instant<struct EventTimeSort>;
/// When a record was received: the gateway's stamp, the JSON member, or the broker's append time.
using ReceivedTime = Instant<struct ReceivedTimeSort>;

/// The greatest multiple of `span` that is not after `at`; works before 1970 too.
template <class Sort>
constexpr Instant<Sort> floor_to(Instant<Sort> at, std::chrono::milliseconds span) {
  const std::int64_t size = span.count();
  const std::int64_t at_ms = at.milliseconds();
  const std::int64_t rest = ((at_ms % size) + size) % size;
  return Instant<Sort>(at_ms - rest);
}

/// The calendar fields of milliseconds since the epoch, in UTC shifted by `offset`.
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};
CivilTime civil_time(std::int64_t milliseconds, std::chrono::minutes offset);
/// Nothing for a date or time that does not exist (30 February, 24:00, second 60).
std::optional<std::int64_t> from_civil_time(const CivilTime& civil, std::chrono::minutes offset);

/// HJ 212 times are China Standard Time without a zone marker (domain: HJ 212-2017 6.3).
constexpr std::chrono::minutes china_standard_time{8 * 60};

/// "2026-03-15T09:30:00Z"; milliseconds only when they are not 0.
std::string utc_text(std::int64_t milliseconds);
template <class Sort>
std::string utc_text(Instant<Sort> at) {
  return utc_text(at.milliseconds());
}
/// "2026-03-15T09:30:00+08:00"; milliseconds only when they are not 0.
std::string zoned_text(std::int64_t milliseconds, std::chrono::minutes offset);

/// ISO 8601 with a zone: "2026-03-15T09:30:00.125+08:00" or "...Z"; seconds may be left out.
/// Nothing for any other text, or without a zone.
std::optional<std::int64_t> parse_iso_time(std::string_view text);

}  // namespace parkwatch
