#pragma once

#include <string>
#include <string_view>

namespace parkwatch {

/// Appends a JSON string with its quotes (RFC 8259). Bytes that are not UTF-8 become U+FFFD.
void append_json_text(std::string& line, std::string_view text);

}  // namespace parkwatch
