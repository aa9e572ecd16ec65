#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/time.h"

namespace parkwatch {

/// How the payload of a record is written, from its `content-type` header.
enum class ContentType : std::uint8_t { Hj212 = 0, Json = 1, Unknown = 2 };

/// One record of the input topic as the broker handed it over; views into the fetch buffer.
/// Valid until the batch it came with is released.
struct RecordView {
  std::int64_t offset = 0;
  std::int64_t append_time_ms = -1;  // broker's LogAppendTime; -1 when there is none
  std::int64_t create_time_ms = -1;  // the producer's own stamp where the topic keeps that instead
  std::string_view key;              // data() is null for a record without a key
  std::string_view payload;
  bool tombstone = false;  // a null payload, unlike an empty one
  ContentType content_type = ContentType::Unknown;
  std::int64_t received_ms = -1;  // header `received` (gateway's stamp, ms); -1 when there is none
  /// A dead letter sent back (`parkwatch topics redrive`): where the record stood first,
  /// TOPIC/PARTITION/OFFSET, and its append time there; empty and -1 for every other record.
  std::string_view redriven_from;
  std::int64_t first_append_ms = -1;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
};

}  // namespace parkwatch
