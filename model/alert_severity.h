#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace parkwatch {

/// 0 for critical, then major, minor, warning, and what is less than a warning: the order in which
/// people look at episodes and violations.
inline int severity_rank(std::string_view severity) {
  constexpr std::array<std::string_view, 4> worst_first = {"critical", "major", "minor", "warning"};
  std::size_t rank = 0;
  while (rank < worst_first.size() && worst_first[rank] != severity) ++rank;
  return static_cast<int>(rank);
}

}  // namespace parkwatch
