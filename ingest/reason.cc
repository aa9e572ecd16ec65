#include "ingest/reason.h"

#include "model/check.h"

namespace parkwatch {

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::CrcMismatch:
      return "crc_mismatch";
    case Reason::LengthMismatch:
      return "length_mismatch";
    case Reason::NotAFrame:
      return "not_a_frame";
    case Reason::Truncated:
      return "truncated";
    case Reason::FrameTooLong:
      return "frame_too_long";
    case Reason::TrailingBytes:
      return "trailing_bytes";
    case Reason::LateTail:
      return "late_tail";
    case Reason::NonConforming:
      return "non_conforming";
    case Reason::NoKey:
      return "no_key";
    case Reason::MalformedCipher:
      return "malformed_cipher";
    case Reason::UnknownCommand:
      return "unknown_command";
    case Reason::NoCommand:
      return "no_command";
    case Reason::NoMn:
      return "no_mn";
    case Reason::NoDataTime:
      return "no_data_time";
    case Reason::ImpossibleDataTime:
      return "impossible_data_time";
    case Reason::EmptyRecord:
      return "empty_record";
    case Reason::Tombstone:
      return "tombstone";
    case Reason::UnknownContentType:
      return "unknown_content_type";
    case Reason::InvalidUtf8:
      return "invalid_utf8";
    case Reason::MalformedJson:
      return "malformed_json";
    case Reason::JsonTooDeep:
      return "json_too_deep";
    case Reason::JsonTooLarge:
      return "json_too_large";
    case Reason::DuplicateMember:
      return "duplicate_member";
    case Reason::UnknownType:
      return "unknown_type";
    case Reason::UnknownKind:
      return "unknown_kind";
    case Reason::BadMember:
      return "bad_member";
    case Reason::BadReceived:
      return "bad_received";
    case Reason::NoSource:
      return "no_source";
    case Reason::NoId:
      return "no_id";
    case Reason::NoPark:
      return "no_park";
    case Reason::NoReceived:
      return "no_received";
    case Reason::BadNumber:
      return "bad_number";
    case Reason::EmptyValue:
      return "empty_value";
    case Reason::RepeatedValue:
      return "repeated_value";
    case Reason::TooManyValues:
      return "too_many_values";
  }
  check(false);
  return {};
}

bool find_reason(std::string_view name, Reason& reason) {
  for (int i = 0; i <= static_cast<int>(Reason::TooManyValues); ++i) {
    const Reason candidate = static_cast<Reason>(i);
    if (reason_name(candidate) != name) continue;
    reason = candidate;
    return true;
  }
  return false;
}

}  // namespace parkwatch
