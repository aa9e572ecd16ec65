#include "model/check.h"

#include <cstdio>
#include <cstdlib>

namespace parkwatch {

void check(bool holds, std::source_location at) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: invariant broken in %s\n", at.file_name(), at.line(),
               at.function_name());
  std::abort();
}

}  // namespace parkwatch
