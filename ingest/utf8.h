#pragma once

#include <string_view>

namespace parkwatch {

/// Whether the whole text is well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace parkwatch
