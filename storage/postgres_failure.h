#pragma once

#include <string>
#include <string_view>

namespace parkwatch {

/// What PostgreSQL said went wrong. `state` is the SQLSTATE; empty when no server said anything.
struct PostgresFailure {
  std::string state;
  std::string message;  // its first line, without the state
};

/// Throws what the failure stands for, with what a person can do about it: StoreUnavailable where
/// a retry may help, else StoreRefused. `doing` completes "could not ...".
[[noreturn]] void throw_postgres_failure(const std::string& store, std::string_view doing,
                                         const PostgresFailure& failure);

/// Takes a message of libpq in its verbose form apart: severity, state, text.
PostgresFailure read_failure(std::string_view verbose_message);

}  // namespace parkwatch
