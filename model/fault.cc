#include "model/fault.h"

#include <algorithm>
#include <tuple>

namespace parkwatch {

std::string Fault::text() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  text += severity == Severity::Fault ? ": fault: " : ": warning: ";
  text += message;
  if (!advice.empty()) text += "; " + advice;
  return text;
}

bool refuses(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.severity == Severity::Fault; });
}

void sort_faults(Faults& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line, a.severity) < std::tie(b.file, b.line, b.severity);
  });
}

}  // namespace parkwatch
