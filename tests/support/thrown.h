#pragma once

#include <functional>
#include <string>

namespace parkwatch {

/// What the failure of this type says that the body throws.
template <class Failure>
std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "nothing was thrown";
}

}  // namespace parkwatch
