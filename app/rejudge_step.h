#pragma once

#include <cstddef>

#include "app/task.h"

namespace parkwatch {

/// Works off one slice, at most `hours` long, of what activation listed, and notes how far it came
/// in the same commit. False when nothing is listed. When another worker moved the park, nothing is
/// written and the slice stays listed. Throws StoreUnavailable, SetMoved.
bool rejudge_slice(Store& store, Task& task, std::size_t hours);

}  // namespace parkwatch
