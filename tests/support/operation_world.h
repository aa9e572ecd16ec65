#pragma once

#include <map>
#include <string>
#include <vector>

namespace parkwatch {

/// The local midnight that the clock times of operation logs count from; 25:00 is the next day.
inline constexpr const char* operation_day = "2026-03-15T00:00:00+08:00";

/// A registry with one line of 100 kW and one facility of 10 kW behind outlet air1, each with a
/// meter; `files` replace its files or add to them.
std::map<std::string, std::string> operation_registry(
    const std::map<std::string, std::string>& files = {});

/// Documents from a compact log: "08:00-08:20 line=30; 08:00 run=19", one value a minute in
/// [from, to), or one value. "40~80" alternates. Names: line, fan, spare (power in kW), amp
/// (current), damper, so2, oxygen, flow, state (SB1-RS), run (SB1-RT of the day in hours),
/// MN/FACTOR, or MN/FACTOR#total for a counter. Each value is received a minute after its time, a
/// day's run time at 00:05 of the next; `later`: all on the next day but two. In the order in which
/// they are received.
std::vector<std::string> operation_log(const std::string& text, bool later);

}  // namespace parkwatch
