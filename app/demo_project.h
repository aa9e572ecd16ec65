#pragma once

#include <string>

#include "ingest/producer.h"
#include "model/time.h"

namespace parkwatch {

/// Sends the life of the demonstration's construction project as milestones: begun in good order,
/// its acceptance late, and producing without it from 20 hours after `begin` on. Throws
/// std::runtime_error when the broker does not take them.
void send_demo_project(Producer& producer, const std::string& topic, EventTime begin);

}  // namespace parkwatch
