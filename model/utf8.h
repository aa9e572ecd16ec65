#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parkwatch {

/// Length of the well-formed UTF-8 sequence at the front of a text (RFC 3629); 0 when there is
/// none.
std::size_t utf8_sequence_length(std::string_view text);

/// The well-formed beginning of a text; all of it when it is UTF-8.
std::string_view utf8_prefix(std::string_view text);

/// Whether the bytes are UTF-8 without surrogates or overlong forms.
bool is_utf8(std::string_view text);

/// The text with every byte that belongs to no well-formed sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace parkwatch
