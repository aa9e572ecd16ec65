#include "ingest/hj212/commands.h"

#include <algorithm>
#include <array>

namespace parkwatch::hj212 {

namespace {

using enum Direction;

/// HJ 212-2017 App. C with the additions of 2025 and what 2005 had besides; ascending.
constexpr Command commands[] = {
    {1000, Down, 2005, "set time-out and retries", {}},
    {1001, Up, 2025, "serial number of the logger", {}},
    {1002, Down, 2025, "assign the MN", {}},
    {1011, Both, 2005, "read the clock", {}},
    {1012, Down, 2005, "set the clock", {}},
    {1013, Up, 2017, "the logger asks for clock calibration", {}},
    {1014, Both, 2025, "new key", {}},
    {1021, Both, 2005, "read the alarm limits", {}},
    {1022, Down, 2005, "set the alarm limits", {}},
    {1031, Both, 2005, "read the address of the platform", {}},
    {1032, Down, 2005, "set the address of the platform", {}},
    {1041, Both, 2005, "read the hour of the day report", {}},
    {1042, Down, 2005, "set the hour of the day report", {}},
    {1061, Both, 2005, "read the interval of real-time data", {}},
    {1062, Down, 2005, "set the interval of real-time data", {}},
    {1063, Both, 2017, "read the interval of minute data", {}},
    {1064, Down, 2017, "set the interval of minute data", {}},
    {1072, Down, 2005, "set the password", {}},
    {2011, Both, 2005, "real-time data", Kind::Realtime},
    {2012, Down, 2005, "stop real-time data", {}},
    {2013, Both, 2025, "raw data of a measuring cycle", Kind::Realtime},
    {2021, Both, 2005, "run state of facilities", Kind::Status},
    {2022, Down, 2005, "stop run states", {}},
    {2031, Both, 2005, "day data", Kind::Day},
    {2041, Both, 2005, "daily run time of facilities", Kind::Day},
    {2051, Both, 2005, "minute data", Kind::Minute},
    {2052, Both, 2025, "single noise measurement", {}},
    {2061, Both, 2005, "hour data", Kind::Hour},
    {2062, Both, 2025, "automatic check against a standard", {}},
    {2071, Both, 2005, "alarm record", {}},
    {2072, Up, 2005, "alarm", {}},
    {2081, Up, 2017, "the logger has started", {}},
    {2111, Both, 2025, "five-minute mean of the furnace temperature", {}},
    {3011, Down, 2005, "calibrate zero and span", {}},
    {3012, Down, 2005, "take a sample now", {}},
    {3013, Down, 2005, "start purging", {}},
    {3014, Down, 2005, "take a comparison sample", {}},
    {3015, Down, 2017, "retain a sample when over the limit", {}},
    {3016, Down, 2017, "set the sampling period", {}},
    {3017, Both, 2017, "read the sampling period", {}},
    {3018, Both, 2017, "read the time of a sample", {}},
    {3019, Both, 2017, "serial number of the instrument", {}},
    {3020, Both, 2017, "information about the instrument", {}},
    {3021, Down, 2017, "set a parameter of the instrument", {}},
    {3022, Both, 2025, "read parameters of the instrument", {}},
    {3024, Both, 2025, "read parameters of the site", {}},
    {9011, Up, 2005, "answer to a request", {}},
    {9012, Up, 2005, "result of a request", {}},
    {9013, Both, 2005, "answer to a notification", {}},
    {9014, Both, 2005, "answer to data", {}},
    {9015, Up, 2025, "heartbeat", {}},
};

static_assert(std::is_sorted(std::begin(commands), std::end(commands),
                             [](const Command& a, const Command& b) {
                               return a.number < b.number;
                             }));

}  // namespace

const Command* find_command(int number) {
  const Command* found =
      std::lower_bound(std::begin(commands), std::end(commands), number,
                       [](const Command& command, int wanted) { return command.number < wanted; });
  return found != std::end(commands) && found->number == number ? found : nullptr;
}

const Command* find_command(std::string_view number) {
  if (number.size() != 4) return nullptr;
  int value = 0;
  for (const char c : number) {
    if (c < '0' || c > '9') return nullptr;
    value = value * 10 + (c - '0');
  }
  return find_command(value);
}

bool may_be_encrypted(int number) {
  return (number >= 2000 && number <= 2999) || number == cn::new_key || number == 3020;
}

}  // namespace parkwatch::hj212
