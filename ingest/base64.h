#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parkwatch {

/// RFC 4648 §4, padded, on one line.
std::string base64_encode(std::string_view bytes);

/// The inverse; nothing for any other text (white space, missing padding, non-zero spare bits).
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace parkwatch
