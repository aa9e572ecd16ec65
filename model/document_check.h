#pragma once

#include <optional>
#include <string>

#include "model/document.h"

namespace parkwatch {

/// What is wrong with a document, naming the member; nothing when it can be taken. Every document
/// obeys: `time` is an ISO 8601 time with a zone, `revoked` is true or false, `sha256` has 64
/// hexadecimal digits, where they are there.
std::optional<std::string> fault_of(const Document& document);

}  // namespace parkwatch
