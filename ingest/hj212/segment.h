#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ingest/hj212/warning.h"
#include "model/time.h"

namespace parkwatch::hj212 {

/// The fields before the data area that HJ 212 defines.
enum class Field : std::uint8_t { Qn, St, Cn, Pw, Mn, Flag, Pnum, Pno, Rf };
constexpr std::size_t field_count = 9;
/// "QN", "Flag" and so on.
std::string_view field_name(Field field);

/// Sizes above which a frame has to be split (2017 6.3.1 Table 2, 6.3.2).
constexpr std::size_t segment_bytes_max = 1024;
constexpr std::size_t area_bytes_max = 950;

/// A header field as sent, in the order sent.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// One pair of the data area as sent. "a34013-Rtd=4.2" is {"a34013", "Rtd", "4.2"}; a bare pair
/// such as "RtdInterval=30" has no attribute. The attribute starts after the last "-" of the name.
struct Item {
  std::string_view factor;     // or the name of a bare pair
  std::string_view attribute;  // empty: a bare pair
  std::string_view value;
  bool has_value = true;  // false: a name without "="
};

/// A data segment, taken apart. Views into the parsed text; reuse the object to reuse its memory.
struct Segment {
  std::vector<HeaderField> header;
  std::vector<Item> items;  // without DataTime
  std::array<std::string_view, field_count> fields;
  std::string_view area;          // between the && of CP
  std::string_view data_time;     // as sent; empty when there is none
  std::optional<EventTime> time;  // DataTime in China Standard Time, where it is possible
  int flag = 0;                   // the number; 0 without Flag
  int version = 2005;             // 2005, 2017 or 2025, from bits 2 to 7 of Flag
  int packet_count = 1;           // PNUM
  int packet_number = 1;          // PNO, from 1
  bool resend = false;            // RF=1
  Warnings warnings;

  std::string_view field(Field name) const { return fields[static_cast<std::size_t>(name)]; }
  /// Present, be it with an empty value.
  bool has(Field name) const { return field(name).data() != nullptr; }
  /// Bit 0 of Flag: the sender wants an answer.
  bool answer_required() const { return (flag & 1) != 0; }
};

/// Takes a data segment apart. Nothing is refused: each deviation from the standard is a warning
/// (2017 6.3.2; domain: names are case sensitive, "," separates attributes, ";" separates items).
/// No memory is allocated once the vectors have grown.
void parse_segment(std::string_view text, Segment& out);

/// The header only: `items` stays empty, `area` is set. For encrypted frames.
void parse_header(std::string_view text, Segment& out);

/// The items of `segment.area`; continues what `parse_header` began.
void parse_items(Segment& segment);

/// "20260315093000", with three more digits for milliseconds, in China Standard Time.
/// Nothing for any other text or a time that does not exist.
std::optional<EventTime> parse_data_time(std::string_view text);

}  // namespace parkwatch::hj212
