#pragma once

#include <string_view>

namespace parkwatch {

/// The same as `is_utf8`, quick for plain ASCII, which nearly all text of devices is.
bool readable_text(std::string_view text);

}  // namespace parkwatch
