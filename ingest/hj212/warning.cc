#include "ingest/hj212/warning.h"

#include "model/check.h"

namespace parkwatch::hj212 {

std::string_view warning_name(Warning warning) {
  switch (warning) {
    case Warning::MissingTail:
      return "missing_tail";
    case Warning::IncompleteTail:
      return "incomplete_tail";
    case Warning::LowerCaseCrc:
      return "lower_case_crc";
    case Warning::ModbusCrc:
      return "modbus_crc";
    case Warning::OversizedSegment:
      return "oversized_segment";
    case Warning::OversizedArea:
      return "oversized_area";
    case Warning::StraySeparator:
      return "stray_separator";
    case Warning::UnknownHeaderField:
      return "unknown_header_field";
    case Warning::HeaderNameCase:
      return "header_name_case";
    case Warning::RepeatedHeaderField:
      return "repeated_header_field";
    case Warning::EmptyHeaderValue:
      return "empty_header_value";
    case Warning::MissingHeaderField:
      return "missing_header_field";
    case Warning::MalformedHeaderField:
      return "malformed_header_field";
    case Warning::UnknownVersion:
      return "unknown_version";
    case Warning::UnexpectedResend:
      return "unexpected_resend";
    case Warning::PacketNumbers:
      return "packet_numbers";
    case Warning::AreaNotClosed:
      return "area_not_closed";
    case Warning::TextAfterArea:
      return "text_after_area";
    case Warning::EmptyItem:
      return "empty_item";
    case Warning::MissingEquals:
      return "missing_equals";
    case Warning::BareFlag:
      return "bare_flag";
    case Warning::CommaBetweenItems:
      return "comma_between_items";
    case Warning::SemicolonInsideItem:
      return "semicolon_inside_item";
    case Warning::EmptyValue:
      return "empty_value";
    case Warning::Spaces:
      return "spaces";
    case Warning::LongDataTime:
      return "long_data_time";
    case Warning::MalformedDataTime:
      return "malformed_data_time";
    case Warning::RepeatedItem:
      return "repeated_item";
    case Warning::ControlCharacters:
      return "control_characters";
    case Warning::InvalidUtf8:
      return "invalid_utf8";
    case Warning::UnknownCommand:
      return "unknown_command";
  }
  check(false);
  return {};
}

}  // namespace parkwatch::hj212
