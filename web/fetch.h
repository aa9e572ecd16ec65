#pragma once

#include <string>

namespace parkwatch {

/// What a server of ours on this machine or another answers to GET, whatever its status; a line
/// that says why where there is no answer. Waits 10 s at most for each step.
std::string fetch(const std::string& host, int port, const std::string& path);

}  // namespace parkwatch
