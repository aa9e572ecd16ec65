#pragma once

#include <cstddef>
#include <string_view>

namespace parkwatch {

/// The length of the UTF-8 character that starts at `at` (1 to 4), or 0 where there is none:
/// stray or missing continuation bytes, overlong forms, surrogates, beyond U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// Whether the whole text is UTF-8.
bool valid_utf8(std::string_view text);

}  // namespace parkwatch
