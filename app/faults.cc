#include "app/faults.h"

#include <cstdio>
#include <map>
#include <string_view>

namespace parkwatch {

namespace {

constexpr std::size_t alike_max = 3;

}  // namespace

bool report_faults(Faults faults) {
  sort_faults(faults);
  std::map<std::string_view, std::size_t> warnings;  // by message
  for (const Fault& fault : faults) {
    if (fault.severity == Severity::Warning && ++warnings[fault.message] > alike_max) continue;
    std::fprintf(stderr, "%s\n", fault.text().c_str());
  }
  for (const auto& [message, times] : warnings) {
    if (times <= alike_max) continue;
    std::fprintf(stderr, "warning: %.*s: %zu more like it; `parkwatch check` lists all\n",
                 static_cast<int>(message.size()), message.data(), times - alike_max);
  }
  return refuses(faults);
}

}  // namespace parkwatch
