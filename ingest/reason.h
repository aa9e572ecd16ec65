#pragma once

#include <cstdint>
#include <string_view>

namespace parkwatch {

/// Why bytes, a record or a single value were not taken. The names are stable: they are stored with
/// dead letters, label metrics and are printed by the commands.
enum class Reason : std::uint8_t {
  CrcMismatch,         // the checksum of the frame is wrong
  LengthMismatch,      // the declared length does not end at a checksum
  NotAFrame,           // bytes outside any frame
  Truncated,           // the input ended inside a frame
  FrameTooLong,        // a frame that never ended was given up
  TrailingBytes,       // a record holds more than its one frame or document
  LateTail,            // CR LF that came after its frame had been taken without it
  NonConforming,       // strict reading: the frame deviates from the standard, see its warnings
  NoKey,               // an encrypted frame of a device whose key is not known
  MalformedCipher,     // an encrypted data area that is not written as the standard says
  UnknownCommand,      // a command number that no edition of HJ 212 defines
  NoCommand,           // a frame without command number
  NoMn,                // a report without device
  NoDataTime,          // a report without data time
  ImpossibleDataTime,  // a data time that no calendar has
  EmptyRecord,         // a record of no bytes
  Tombstone,           // a record with a null payload
  UnknownContentType,  // neither a frame nor a JSON document
  InvalidUtf8,         // text that is not UTF-8
  MalformedJson,       // text that is not one JSON object
  JsonTooDeep,         // nested deeper than the bound
  JsonTooLarge,        // longer than the bound
  DuplicateMember,     // a JSON object that names a member twice
  UnknownType,         // a JSON document of an unknown `type`
  UnknownKind,         // a JSON reading of an unknown `kind`
  BadMember,           // a JSON member of the wrong sort
  BadReceived,         // a received time that is no ISO 8601 time with a zone
  NoSource,            // a JSON document without `source`
  NoId,                // a JSON document without `id`
  NoPark,              // a tick or document without `park`
  NoReceived,          // a tick without `received`, a document without any received time
  BadNumber,           // a value that is no decimal number of at most 18 digits
  EmptyValue,          // a value without text
  RepeatedValue,       // a second, different value for the same attribute of a factor
  TooManyValues,       // more values than the bound
};

/// The stable snake_case name, "crc_mismatch" for one.
std::string_view reason_name(Reason reason);

/// The reason of that name; nothing is returned as false. For reading printed output back.
bool find_reason(std::string_view name, Reason& reason);

}  // namespace parkwatch
