#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace parkwatch {

/// What PARKWATCH_TEST_KILL_AT_COMMIT asks for: the N-th commit of this process (all its partitions
/// counted together) ends it by SIGKILL when everything is written and nothing committed. For
/// StoreOptions::before_commit, in crash tests only. Empty when the text is empty.
/// Throws std::invalid_argument unless the text is a whole number from 1.
/// Threads: the function may be called from several at once.
std::function<void()> crash_point(std::string_view nth_commit);

}  // namespace parkwatch
