#include "model/time.h"

#include <array>
#include <cstdio>

namespace parkwatch {

namespace {

constexpr std::int64_t milliseconds_per_day = 86'400'000;

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
std::int64_t days_from_civil(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

bool read_digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  return true;
}

}  // namespace

CivilTime civil_time(std::int64_t milliseconds, std::chrono::minutes offset) {
  const std::int64_t local = milliseconds + std::chrono::milliseconds(offset).count();
  std::int64_t days = local / milliseconds_per_day;
  std::int64_t rest = local % milliseconds_per_day;
  if (rest < 0) {
    rest += milliseconds_per_day;
    --days;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  CivilTime civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
  civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
  civil.hour = static_cast<int>(rest / 3'600'000);
  civil.minute = static_cast<int>(rest / 60'000 % 60);
  civil.second = static_cast<int>(rest / 1'000 % 60);
  civil.millisecond = static_cast<int>(rest % 1'000);
  return civil;
}

std::optional<std::int64_t> from_civil_time(const CivilTime& civil, std::chrono::minutes offset) {
  const std::chrono::year_month_day date{std::chrono::year(civil.year),
                                         std::chrono::month(static_cast<unsigned>(civil.month)),
                                         std::chrono::day(static_cast<unsigned>(civil.day))};
  if (civil.year < 1900 || civil.year > 9999 || !date.ok()) return std::nullopt;
  if (civil.hour < 0 || civil.hour > 23 || civil.minute < 0 || civil.minute > 59) {
    return std::nullopt;
  }
  if (civil.second < 0 || civil.second > 59 || civil.millisecond < 0 || civil.millisecond > 999) {
    return std::nullopt;
  }
  const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
  const std::int64_t local = days * milliseconds_per_day + civil.hour * 3'600'000LL +
                             civil.minute * 60'000LL + civil.second * 1'000LL + civil.millisecond;
  return local - std::chrono::milliseconds(offset).count();
}

std::string zoned_text(std::int64_t milliseconds, std::chrono::minutes offset) {
  const CivilTime c = civil_time(milliseconds, offset);
  std::array<char, 64> text{};
  int length = std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", c.year,
                             c.month, c.day, c.hour, c.minute, c.second);
  if (c.millisecond != 0) {
    length += std::snprintf(text.data() + length, text.size() - static_cast<std::size_t>(length),
                            ".%03d", c.millisecond);
  }
  std::string result(text.data(), static_cast<std::size_t>(length));
  if (offset.count() == 0) return result + "Z";
  const long minutes = offset.count() < 0 ? -offset.count() : offset.count();
  std::snprintf(text.data(), text.size(), "%c%02ld:%02ld", offset.count() < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return result + text.data();
}

std::string utc_text(std::int64_t milliseconds) {
  return zoned_text(milliseconds, std::chrono::minutes(0));
}

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  CivilTime c;
  if (text.size() < 17 || text[4] != '-' || text[7] != '-' || text[13] != ':') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  if (!read_digits(text, 0, 4, c.year) || !read_digits(text, 5, 2, c.month) ||
      !read_digits(text, 8, 2, c.day) || !read_digits(text, 11, 2, c.hour) ||
      !read_digits(text, 14, 2, c.minute)) {
    return std::nullopt;
  }
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    if (!read_digits(text, at + 1, 2, c.second)) return std::nullopt;
    at += 3;
    if (at < text.size() && text[at] == '.') {
      int place = 100;
      for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        c.millisecond += (text[at] - '0') * place;  // digits beyond milliseconds are cut off
        place /= 10;
      }
    }
  }
  if (at >= text.size()) return std::nullopt;
  if ((text[at] == 'Z' || text[at] == 'z') && at + 1 == text.size()) {
    return from_civil_time(c, std::chrono::minutes(0));
  }
  if (text[at] != '+' && text[at] != '-') return std::nullopt;
  int hours = 0;
  int minutes = 0;
  if (!read_digits(text, at + 1, 2, hours)) return std::nullopt;
  const bool colon = at + 3 < text.size() && text[at + 3] == ':';
  const std::size_t minutes_at = at + (colon ? 4 : 3);
  if (minutes_at + 2 != text.size() || !read_digits(text, minutes_at, 2, minutes)) {
    return std::nullopt;
  }
  if (hours > 14 || minutes > 59) return std::nullopt;
  const int total = (hours * 60 + minutes) * (text[at] == '-' ? -1 : 1);
  return from_civil_time(c, std::chrono::minutes(total));
}

}  // namespace parkwatch
