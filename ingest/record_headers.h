#pragma once

#include <cstdint>
#include <string_view>

#include "model/record.h"

namespace parkwatch {

/// Names of the headers that Parkwatch reads and writes.
inline constexpr std::string_view content_type_header = "content-type";
inline constexpr std::string_view received_header = "received";
inline constexpr std::string_view redriven_from_header = "redriven-from";
inline constexpr std::string_view first_append_header = "first-append";

/// "application/hj212" or "application/json", in any case, with or without parameters.
ContentType parse_content_type(std::string_view text);
/// What to put into the header; `type` is not Unknown.
std::string_view content_type_text(ContentType type);

/// Decimal milliseconds since 1970, 1 to 15 digits; -1 for anything else.
std::int64_t parse_received(std::string_view text);

/// Fills what a record tells by its headers; of a repeated header the last counts.
void read_headers(RecordView& record);

}  // namespace parkwatch
