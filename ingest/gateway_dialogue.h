#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/hj212/segment.h"
#include "model/time.h"

namespace parkwatch {

/// What the gateway owes the sender of an intact frame once the broker has it.
enum class Reply : std::uint8_t {
  None,          // none asked for (Flag bit 0), or the frame is an answer itself
  Data,          // 9014
  Notification,  // 9013: to heartbeats (9015) and notices (1001, 1013)
};

/// HJ 212-2017 6.1 and App. C: uploads with the answer bit are answered, answers never are. A
/// command that no edition defines is answered like data: its bytes are kept, and a logger that
/// waits for ever would hold back what follows.
Reply reply_to(const hj212::Segment& segment);

/// The bytes of that reply; empty for None, and for a frame whose header is too long to be
/// repeated. A 2005 answer names the QN in its data area, as HJ/T 212-2005 does, besides the
/// header.
std::string reply_bytes(const hj212::Segment& segment, Reply reply);

/// A downlink command as a frame. `version` is 2005, 2017 or 2025.
struct CommandFrame {
  int version = 2017;
  EventTime qn{};
  std::string st, password, mn;
  int cn = 0;
  std::string area;
};
std::string command_bytes(const CommandFrame& command);

/// The data area of 1012 (set clock); `instrument` is the PolId of the 1013 that asked, or empty.
std::string set_clock_area(EventTime now, std::string_view instrument);

/// Whether text can stand in a data area: short enough, no "&&", no control character, no "##".
bool is_safe_area(std::string_view area);

/// The value of a bare pair of the data area, "QnRtn" for one; nothing when it is not there.
std::optional<std::string_view> bare_value(const hj212::Segment& segment, std::string_view name);

}  // namespace parkwatch
