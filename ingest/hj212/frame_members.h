#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/hj212/frame.h"

namespace parkwatch::hj212 {

/// What became of a line of frame JSON.
enum class LineOutcome : std::uint8_t {
  Written,
  NotAccepted,  // a rejected or skipped stretch: its bytes are not in the line
  Malformed,    // not a line as FrameJsonWriter prints it
  Unwritable,   // a segment above 9,999 bytes, or a text that would break the frame apart
  NoKey,        // encrypted, and the key of its MN is not known
};

/// The members of a line that say what a frame holds. Texts are the frame's own bytes.
struct FrameMembers {
  struct HeaderText {
    std::string name;
    std::string value;
    friend bool operator==(const HeaderText&, const HeaderText&) = default;
  };
  struct ItemText {
    std::string name;
    std::string attribute;             // empty: a bare pair
    std::optional<std::string> value;  // nothing: a name without "="
    friend bool operator==(const ItemText&, const ItemText&) = default;
  };
  bool encrypted = false;
  std::vector<HeaderText> header;
  std::string data_time;  // as in the frame; empty when there is none
  std::vector<ItemText> items;
  std::optional<std::string> raw;

  bool same_content(const FrameMembers& other) const {
    return encrypted == other.encrypted && header == other.header && data_time == other.data_time &&
           items == other.items;
  }
};

/// Reads the members out of lines.
class FrameMembersReader {
 public:
  FrameMembersReader();
  ~FrameMembersReader();
  /// Written when `out` is filled.
  LineOutcome read(std::string_view line, FrameMembers& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Appends the frame that the members describe, in the standard's form: header in order, DataTime
/// first, each factor's attributes together.
LineOutcome append_frame_of(const FrameMembers& members, const KeyLookup& keys, std::string& out);

}  // namespace parkwatch::hj212
