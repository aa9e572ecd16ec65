#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "model/check.h"

namespace parkwatch {

/// The error side of a Result.
template <class E>
struct Unexpected {
  E error;
};

template <class E>
Unexpected(E) -> Unexpected<E>;

/// A value or the reason why there is none; for faults that are expected in data.
/// Member names follow std::expected, which g++ 12 lacks.
template <class T, class E>
class Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Unexpected<E> unexpected)                           // NOLINT: implicit by design
      : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  const T& value() const& {
    check(has_value());
    return std::get<0>(state_);
  }
  T& value() & {
    check(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    check(has_value());
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const E& error() const {
    check(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace parkwatch
