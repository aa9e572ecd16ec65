#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/document.h"

namespace parkwatch {

/// What is wrong with a document, naming the member; nothing when it can be taken. Every document
/// obeys: `time` is an ISO 8601 time with a zone, `revoked` is true or false, `sha256` has 64
/// hexadecimal digits, where they are there.
std::optional<std::string> fault_of(const Document& document);

/// A member that has to be an ISO 8601 time with a zone, or what is wrong with it.
Result<EventTime, std::string> time_of(const Document& document, std::string_view name);
/// What is wrong with a member that has to be true or false, or not there.
std::optional<std::string> fault_of_flag(const Document& document, std::string_view name);

}  // namespace parkwatch
