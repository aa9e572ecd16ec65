#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/time.h"

namespace parkwatch {

/// What one report covers. HJ 212 command in brackets.
enum class Kind : std::uint8_t {
  Realtime = 0,  // one sample (2011)
  Minute = 1,    // the logger's minute report (2051)
  Hour = 2,      // the logger's hour report (2061)
  Day = 3,       // the logger's day report (2031)
  Status = 4,    // run states of facilities (2021)
};

/// Where a value's flag letters come from: the same letter means different things in each.
enum class Scheme : std::uint8_t { Hj212v2005 = 0, Hj212v2017 = 1, Hj212v2025 = 2, Json = 3 };
inline constexpr std::size_t scheme_count = 4;

/// One attribute of one factor as sent: {"a34013", "Rtd", "4.2"}; {"SB1", "RS", "1"}.
/// JSON members are named as HJ 212 names them (value: Rtd for realtime, else Avg; min: Min; max:
/// Max; total: Cou; converted: ZsRtd or ZsAvg; flag: Flag; state: RS; run_hours: RT).
struct ReadingItem {
  std::string_view factor;
  std::string_view attribute;
  std::string_view text;
  friend bool operator==(const ReadingItem&, const ReadingItem&) = default;
};

/// One report of one device at one data time, all its factors. A view: it lives no longer than the
/// bytes and the decoder it came from.
struct Reading {
  std::string_view mn;
  Kind kind = Kind::Realtime;
  Scheme scheme = Scheme::Json;
  EventTime time{};
  std::optional<ReceivedTime> received;  // JSON member `received`; never set for HJ 212 frames
  bool resend = false;
  std::vector<ReadingItem> items;  // items of one factor stand together, in the order sent
};

/// What a record of parkwatch.input.v1 is.
enum class RecordType : std::uint8_t {
  Reading = 0,
  Tick = 1,      // {"type":"tick","park":"...","received":"..."}: moves a park's time only
  Control = 2,   // a frame that carries no readings: answers, heartbeats, commands, clock dialogue
  Document = 3,  // milestone, mark, acknowledgement, explanation: see model/document.h
};

}  // namespace parkwatch
