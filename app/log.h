#pragma once

#include <string>

namespace parkwatch {

/// Log lines on standard error. Warning: nothing was lost; error: data were lost or an operator
/// must act. Threads: any.
void log_info(const std::string& message);
void log_warning(const std::string& message);
void log_error(const std::string& message);
/// trace, debug, info, warn, error or off; anything else throws std::invalid_argument.
void set_log_level(const std::string& level);
/// JSON lines instead of text.
void set_log_json(bool json);

}  // namespace parkwatch
