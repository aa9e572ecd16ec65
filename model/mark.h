#pragma once

#include <string>

#include "model/document.h"

namespace parkwatch {

/// The type of a mark's document.
inline constexpr std::string_view mark_type = "mark";

/// A mark (标记): somebody declares a working condition of an outlet or of its monitoring equipment
/// for a time. What it does is in the rules (MarkRule); when it was made is when its document was
/// received.
struct Mark {
  enum class Standing : std::uint8_t {
    Holds,
    Revoked,  // taken back by its author
    False,    // found to be false
  };

  std::string source, id;
  std::string outlet, scheme, mark;
  std::string factor;  // the one whose equipment it is about; empty: all of the outlet
  std::string author;
  EventTime from{}, to{};  // [from, to)
  ReceivedTime received{};
  Standing standing = Standing::Holds;

  /// Refuses a missing member, a time that is none, and a period that is empty, reversed or longer
  /// than `days_max`; the error names the member.
  static Result<Mark, std::string> parse(const Document& document);
  static constexpr int days_max = 366;

  bool covers(EventTime at) const { return from <= at && at < to; }
  friend bool operator==(const Mark&, const Mark&) = default;
};

}  // namespace parkwatch
