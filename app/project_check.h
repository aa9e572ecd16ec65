#pragma once

#include "app/diagnosis.h"
#include "storage/store.h"

namespace parkwatch {

/// Whether milestones name projects that the active registry does not have: they are kept, and
/// count once the project is registered. Throws StoreRefused when the active set cannot be read.
Diagnosis check_projects(Store& store);

}  // namespace parkwatch
