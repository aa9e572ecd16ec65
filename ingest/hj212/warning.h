#pragma once

#include <cstdint>
#include <string_view>

namespace parkwatch::hj212 {

/// A tolerated deviation from HJ 212. Strict reading refuses a frame that has any.
enum class Warning : std::uint8_t {
  MissingTail,           // no CR LF after the checksum
  IncompleteTail,        // only CR or only LF
  LowerCaseCrc,          // hexadecimal digits in lower case
  ModbusCrc,             // the plain MODBUS checksum, accepted by option
  OversizedSegment,      // data segment above 1,024 bytes
  OversizedArea,         // data area above 950 bytes (960 in 2005)
  StraySeparator,        // an empty field or item, or a separator of the other kind, in the header
  UnknownHeaderField,    // a header field that no edition defines
  HeaderNameCase,        // FLAG for Flag
  RepeatedHeaderField,   // the first one counts
  EmptyHeaderValue,      // "QN="
  MissingHeaderField,    // QN, ST, CN, PW, MN (QN may be absent in 2005), or CP
  MalformedHeaderField,  // a value that is not written as the standard says
  UnknownVersion,        // version bits of Flag above 2
  UnexpectedResend,      // RF with another value than 1
  PacketNumbers,         // PNUM and PNO do not fit each other or Flag
  AreaNotClosed,         // no && at either end of the data area
  TextAfterArea,         // text after the closing &&
  EmptyItem,             // ";;" or a ";" before the closing &&
  MissingEquals,         // a name without "="
  BareFlag,              // "a34001-Avg=92;Flag=N": taken as the factor's flag
  CommaBetweenItems,     // "," where ";" separates two items
  SemicolonInsideItem,   // ";" where "," separates two attributes of one item
  EmptyValue,            // "a34013-Rtd="
  Spaces,                // around names or values
  LongDataTime,          // 17 digits: with milliseconds
  MalformedDataTime,     // a DataTime that is not 14 or 17 digits of a possible time
  RepeatedItem,          // an attribute of a factor given more than once
  ControlCharacters,     // bytes below 0x20 or 0x7F in the segment
  InvalidUtf8,           // text that is not UTF-8
  UnknownCommand,        // a command number that no edition defines
};
constexpr int warning_count = static_cast<int>(Warning::UnknownCommand) + 1;

/// The stable snake_case name, "missing_tail" for one.
std::string_view warning_name(Warning warning);

/// The deviations of one frame: a set.
class Warnings {
 public:
  constexpr void add(Warning warning) { bits_ |= bit(warning); }
  constexpr void add(Warnings other) { bits_ |= other.bits_; }
  constexpr bool has(Warning warning) const { return (bits_ & bit(warning)) != 0; }
  constexpr bool any() const { return bits_ != 0; }
  friend constexpr bool operator==(Warnings, Warnings) = default;

 private:
  static constexpr std::uint64_t bit(Warning warning) {
    return std::uint64_t{1} << static_cast<unsigned>(warning);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace parkwatch::hj212
