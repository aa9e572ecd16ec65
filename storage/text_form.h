#pragma once

#include <string>
#include <string_view>

namespace parkwatch {

/// Appends a CSV field (RFC 4180): quoted when it holds a comma, a quote or a line end.
void append_csv_text(std::string& line, std::string_view text);

/// Appends a JSON string with its quotes (RFC 8259). Bytes that are not UTF-8 become U+FFFD.
void append_json_text(std::string& line, std::string_view text);

}  // namespace parkwatch
