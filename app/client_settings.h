#pragma once

#include <map>
#include <string>
#include <vector>

namespace parkwatch {

/// The client settings of a file (lines `name = value`; `#` begins a comment line) and of
/// `name=value` texts, which win; by librdkafka names. An empty file name means none.
/// Throws std::system_error when the file can not be read, BrokerRefused for a line of another
/// form.
std::map<std::string, std::string> read_client_settings(const std::string& file,
                                                        const std::vector<std::string>& texts);

}  // namespace parkwatch
