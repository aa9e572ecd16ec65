#include "model/check.h"

#include <cstdio>
#include <cstdlib>

namespace parkwatch {

void check(bool holds, const char* file, int line, const char* function) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: invariant broken in %s\n", file, line, function);
  std::abort();
}

}  // namespace parkwatch
