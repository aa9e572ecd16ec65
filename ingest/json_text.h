#pragma once

#include <string_view>

namespace parkwatch {

/// Whether the text is a number as RFC 8259 writes it: no "+1", "007", ".5", "NaN".
bool is_json_number(std::string_view text);

/// Whether the text is a number, true, false or null.
bool is_json_scalar(std::string_view token);

/// Without the blanks behind it.
std::string_view without_trailing_blanks(std::string_view token);

}  // namespace parkwatch
