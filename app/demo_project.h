#pragma once

#include "app/demo_records.h"
#include "model/time.h"

namespace parkwatch {

/// Sends the life of the demonstration's construction project as milestones: begun in good order,
/// its acceptance late, and producing without it from 20 hours after `begin` on.
void send_demo_project(DemoRecords& records, EventTime begin);

}  // namespace parkwatch
