#include "app/faults.h"

#include <cstdio>

namespace parkwatch {

bool report_faults(const Faults& faults) {
  for (const Fault& fault : faults) std::fprintf(stderr, "%s\n", fault.text().c_str());
  return refuses(faults);
}

}  // namespace parkwatch
