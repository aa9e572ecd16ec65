#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// Text for HTML content and quoted attributes: & < > " ' escaped, bad UTF-8 replaced.
std::string html_escaped(std::string_view text);

/// A JSON string with its quotes; control characters escaped, bad UTF-8 replaced.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// One row as a JSON object, without the columns that only --audit shows. Times are ISO 8601 with
/// Z; decimals are strings, so that no reader rounds them; packed bytes are left out.
void append_json_row(std::string& out, const Table& table, const Row& row);

/// {"error":"..."} and a line feed.
std::string json_error(std::string_view message);

}  // namespace parkwatch
