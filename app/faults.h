#pragma once

#include <stdexcept>

#include "model/fault.h"

namespace parkwatch {

/// The command line asks for something that makes no sense: exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Prints every fault on standard error as `file:line: message`, in the order of sort_faults, and
/// the first few of the warnings that say the same with the number of the others. True when any is
/// a fault.
bool report_faults(Faults faults);

}  // namespace parkwatch
